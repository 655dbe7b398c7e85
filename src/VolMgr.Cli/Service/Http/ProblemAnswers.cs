using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// The outermost step of every request: whatever goes wrong is answered as application/problem+json (RFC 9457) with
/// one sentence. A defect is logged with its stack and told without it.
/// </summary>
internal static class ProblemAnswers
{
    private const string ContentType = "application/problem+json";

    /// <summary>Puts the step in front of the others.</summary>
    public static void Use(WebApplication web, ILogger logger) => web.Use(async (context, next) =>
    {
        try
        {
            await next(context);
            if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && !context.Response.HasStarted
                && context.Response.ContentType is null)
            {
                await WriteAsync(context, context.Response.StatusCode, Sentence(context));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort(); // nobody reads the answer
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            (int status, string detail) = Explain(error);
            if (status == StatusCodes.Status500InternalServerError)
            {
                Log.RequestFailed(logger, error, context.Request.Method, context.Request.Path);
            }

            await WriteAsync(context, status, detail);
        }
    });

    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        var problem = new ProblemBody(
            "about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, context.Request.Path);
        return context.Response.WriteAsJsonAsync(
            problem, ApiJson.Default.ProblemBody, ContentType, context.RequestAborted);
    }

    private static (int Status, string Detail) Explain(Exception error) => error switch
    {
        ApiProblem problem => (problem.Status, problem.Message),
        UserErrorException user => (
            user.ExitCode == ExitCodes.WrongUsage ? StatusCodes.Status400BadRequest : StatusCodes.Status409Conflict,
            user.Message),
        BadHttpRequestException bad => (bad.StatusCode, OneSentence(bad)),
        _ => (
            StatusCodes.Status500InternalServerError,
            $"Internal error: {error.Message.ReplaceLineEndings(" ")}; the log of volmgr serve has the details"),
    };

    private static string OneSentence(BadHttpRequestException bad) =>
        bad.InnerException is System.Text.Json.JsonException json
            ? $"The body is not the JSON that this resource takes: {json.Message.ReplaceLineEndings(" ")}"
            : bad.Message.ReplaceLineEndings(" ");

    private static string Sentence(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            $"There is nothing at {context.Request.Path}; GET /openapi.json lists what there is",
        StatusCodes.Status405MethodNotAllowed =>
            $"{context.Request.Path} takes no {context.Request.Method}; GET /openapi.json lists what it takes",
        StatusCodes.Status415UnsupportedMediaType => "Send the body as application/json",
        _ => $"The request was answered with status {context.Response.StatusCode}",
    };
}

/// <summary>An error of the API (RFC 9457).</summary>
internal sealed record ProblemBody(string Type, string Title, int Status, string Detail, string Instance);
