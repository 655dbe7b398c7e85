using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// Who may ask. On the socket in the lab: whoever the file system lets in. Over TCP: who shows the token, whatever the
/// resource, and without TLS names the server by an address or as localhost, so that a web page cannot reach it under
/// a name of its own. No answer ever allows another origin (CORS), so a browser keeps it from pages of others.
/// </summary>
internal static class AccessGuard
{
    private const string Scheme = "Bearer ";

    /// <summary>Puts the guard in front of the resources.</summary>
    public static void Use(WebApplication web, ServiceAccess access) => web.Use((context, next) =>
    {
        if (context.Features.Get<LocalConnection>() is not null)
        {
            return next(context);
        }

        if (access.Certificates is null && !IsKnownHost(context.Request.Host.Host))
        {
            return ProblemAnswers.WriteAsync(
                context,
                StatusCodes.Status421MisdirectedRequest,
                "Name this server by its address or as localhost");
        }

        return access.Token is { } token && ShowsToken(context.Request, token) ? next(context) : RefuseAsync(context);
    });

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        });
        return ProblemAnswers.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "Send the header 'Authorization: Bearer TOKEN' with the token of the lab's run/http.token, or of the file "
            + "that --http-token-file named");
    }

    private static bool IsKnownHost(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _);

    private static bool ShowsToken(HttpRequest request, AccessToken token) =>
        request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && token.Is(header[Scheme.Length..].Trim());
}
