using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Service.Replies;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Cli.Service.Http;

/// <summary>Every resource of the API. What is mapped here is what GET /openapi.json describes.</summary>
internal static class Api
{
    private const string ProblemType = "application/problem+json";

    /// <summary>Maps them all.</summary>
    public static void Map(WebApplication web)
    {
        RouteGroupBuilder api = web.MapGroup("/v1");
        MapLab(api);
        MapGroups(api);
        MapTasks(api);
        api.MapPost("/commands", (CommandRequestBody body, HttpCommands commands, CancellationToken gone) =>
                commands.RunAsync(body, gone))
            .Describe("runCommand", "Run a vx* command or a verb to its end; going away is a Ctrl-C.")
            .ProducesProblem(StatusCodes.Status400BadRequest, ProblemType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable, ProblemType);
        api.MapGet("/events", (HttpContext context, EventStream events) => events.SendAsync(context))
            .Describe("watch", "Server-sent events for tasks and changes of state; Last-Event-ID goes on where it was.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
        web.MapGet("/metrics", (MetricsText metrics) => Results.Text(metrics.Read(), MetricsText.ContentType))
            .Describe("metrics", "Metrics as Prometheus reads them.")
            .Produces(StatusCodes.Status200OK, contentType: "text/plain");
        web.MapGet("/health", Health)
            .Describe("health", "200 while the service takes work, 503 once it stops.")
            .Produces<HealthReply>()
            .Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);
        web.MapOpenApi("/openapi.json");
    }

    private static void MapLab(RouteGroupBuilder api)
    {
        api.MapGet("/lab", (LabViews views) => views.Lab())
            .Describe("getLab", "The lab: its arrays and hosts, and the process that serves it.");
        api.MapGet("/hosts", (LabViews views) => views.Hosts())
            .Describe("listHosts", "The hosts of the lab, up or down.");
        api.MapGet("/enclosures", (LabViews views, string? host) => views.Enclosures(host))
            .Describe("listEnclosures", "The arrays as the hosts that are up see them.").Refusing();
        api.MapGet("/disks", (LabViews views, string? host) => views.Disks(host))
            .Describe("listDisks", "The disk devices that the hosts see.").Refusing();
    }

    private static void MapGroups(RouteGroupBuilder api)
    {
        api.MapGet("/groups", (LabViews views, string? host) => views.Groups(host))
            .Describe("listGroups", "The imported disk groups.").Refusing();
        api.MapGet("/groups/{group}", (LabViews views, string group, string? host) =>
                views.Groups(host).FirstOrDefault(known => known.Name == group) ?? throw NoGroup(group))
            .Describe("getGroup", "One disk group.").Refusing();
        api.MapGet("/volumes", (LabViews views, string? host) => views.Volumes(host, null))
            .Describe("listVolumes", "The volumes of every imported group, with plexes, statistics and URIs.")
            .Refusing();
        api.MapGet("/groups/{group}/volumes", (LabViews views, string group, string? host) =>
                views.Groups(host).Any(known => known.Name == group)
                    ? views.Volumes(host, group)
                    : throw NoGroup(group))
            .Describe("listVolumesOfGroup", "The volumes of one group.").Refusing();
        api.MapGet("/groups/{group}/volumes/{volume}", (LabViews views, string group, string volume, string? host) =>
                views.Volumes(host, group).FirstOrDefault(known => known.Name == volume)
                ?? throw ApiProblem.NotFound(
                    $"No volume '{group}/{volume}' is there; GET /v1/volumes lists those that are"))
            .Describe("getVolume", "One volume.").Refusing();
        api.MapPost("/groups/{group}/migration", StartMigrationAsync)
            .Describe("startMigration", "Move volumes to another array, online, in the background.")
            .Produces<JsonElement>(StatusCodes.Status202Accepted).Refusing();
        api.MapGet("/groups/{group}/migration", (
                GroupActions actions, string group, string? host, CancellationToken gone) =>
                actions.StatusAsync(group, host, gone))
            .Describe("getMigration", "Where the group's migration stands.").Refusing();
        api.MapPost("/groups/{group}/migration/{step}", (
                GroupActions actions, string group, string step, string? host, CancellationToken gone) =>
                actions.StepAsync(group, step, host, gone))
            .Describe("stepMigration", "Pause, resume, finish or abort it.").Refusing();
        api.MapPost("/groups/{group}/verification", (
                GroupActions actions, string group, string? volume, string? host, CancellationToken gone) =>
                actions.VerifyAsync(group, volume, host, gone))
            .Describe("verify", "Compare all ACTIVE plexes online; the answer comes when it is done.").Refusing();
    }

    private static void MapTasks(RouteGroupBuilder api)
    {
        api.MapGet("/tasks", (LabViews views, string? host) => views.Tasks(host))
            .Describe("listTasks", "The tasks that run, are paused or back out.").Refusing();
        api.MapGet("/tasks/{id:int}", (LabViews views, int id, string? host) => Reply(Find(views, id, host)))
            .Describe("getTask", "One task.").Refusing();
        api.MapPost("/tasks/{id:int}/pause", (LabViews views, int id, string? host) =>
                Change(views, id, host, task => task.Pause(), "running"))
            .Describe("pauseTask", "Stop a task at its next step.").Refusing();
        api.MapPost("/tasks/{id:int}/resume", (LabViews views, int id, string? host) =>
                Change(views, id, host, task => task.Resume(), "paused"))
            .Describe("resumeTask", "Let a paused task go on.").Refusing();
        api.MapDelete("/tasks/{id:int}", (LabViews views, int id, string? host) =>
                Change(views, id, host, task => task.Abort(), "running or paused"))
            .Describe("abortTask", "Make a task back out; it is listed until it has.").Refusing();
    }

    private static async Task<IResult> StartMigrationAsync(
        GroupActions actions, string group, MigrationRequestBody body, string? host, CancellationToken gone) =>
        Results.Json(
            await actions.MigrateAsync(group, host, body, gone),
            ApiJson.Default.JsonElement,
            statusCode: StatusCodes.Status202Accepted);

    private static IResult Health(
        LabViews views, ServiceHealth health, NbdListeners nbd, VolumeExports exports)
    {
        var reply = new HealthReply(
            health.IsServing ? "ok" : "stopping",
            views.Hosts().Count(host => host.IsUp),
            exports.Started().Count,
            nbd.Statistics.Connections);
        int status = health.IsServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Results.Json(reply, ApiJson.Default.HealthReply, statusCode: status);
    }

    private static TaskReply Change(
        LabViews views, int id, string? host, Func<VolumeTask, bool> change, string wanted)
    {
        (string Host, VolumeTask Task) found = Find(views, id, host);
        return change(found.Task)
            ? Reply(found)
            : throw ApiProblem.Conflict(
                $"Task {id} is {found.Task.State.ToString().ToLowerInvariant()}; it has to be {wanted} for that");
    }

    private static (string Host, VolumeTask Task) Find(LabViews views, int id, string? host) =>
        views.FindTask(host, id)
        ?? throw ApiProblem.NotFound($"There is no task {id}, or it has ended; GET /v1/tasks lists those there are");

    private static TaskReply Reply((string Host, VolumeTask Task) found) => LabViews.Of(found.Host, found.Task);

    private static ApiProblem NoGroup(string group) =>
        ApiProblem.NotFound($"No disk group '{group}' is imported; GET /v1/groups lists those that are");

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    private static RouteHandlerBuilder Refusing(this RouteHandlerBuilder route) =>
        route.ProducesProblem(StatusCodes.Status404NotFound, ProblemType)
            .ProducesProblem(StatusCodes.Status409Conflict, ProblemType);
}
