using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace VolMgr.Cli.Service.Http;

/// <summary>What GET /openapi.json says beyond the resources themselves.</summary>
internal static class ApiDescription
{
    /// <summary>Puts it into the document.</summary>
    public static Task Describe(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken token)
    {
        document.Info = new OpenApiInfo
        {
            Title = "VolMgr",
            Version = "1",
            Description = "A lab of emulated arrays and hosts, and the volumes that live on them. Lengths and offsets "
                + "are bytes. Errors are application/problem+json (RFC 9457) with one sentence.",
        };
        document.Servers = []; // the socket in the lab, or the address that --http gave
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["token"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "Over TCP only: the token of the lab's run/http.token.",
        };
        return Task.CompletedTask;
    }
}
