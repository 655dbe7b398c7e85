using Microsoft.AspNetCore.Http;

namespace VolMgr.Cli.Service.Http;

/// <summary>A request that cannot be served: a status and one sentence that says what to do.</summary>
internal sealed class ApiProblem(int status, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>There is nothing of that name.</summary>
    public static ApiProblem NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);

    /// <summary>The request makes no sense.</summary>
    public static ApiProblem BadRequest(string detail) => new(StatusCodes.Status400BadRequest, detail);

    /// <summary>The request cannot be carried out as things are.</summary>
    public static ApiProblem Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);
}
