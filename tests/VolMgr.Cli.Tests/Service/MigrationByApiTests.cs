using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace VolMgr.Cli.Tests.Service;

/// <summary>A migration that is started, watched and steered by the API.</summary>
public sealed class MigrationByApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Goal: whoever only reads the event stream sees a migration from its first task to the plex that is ACTIVE, and
    /// can steer its tasks. Method: a slow migration, paused, resumed and aborted by its task, then a whole one.
    /// </summary>
    [Fact]
    public async Task The_stream_tells_of_tasks_and_states_while_tasks_are_steered()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using ServedLab served = ServedLab.Start(program);
        using var events = new EventReader(await served.Http.GetStreamAsync(Relative("v1/events"), Token));
        Assert.Equal(0, program.Run(
            "vxassist", "-g", "datadg", "-b", "-o", "slow=200", "mirror", "vol01", "enclr:emc0").ExitCode);
        JsonElement running = await events.NextAsync("task", task => task.GetProperty("type").GetString() == "ATCOPY");
        int id = running.GetProperty("id").GetInt32();
        await events.NextAsync("state", change => change.GetProperty("after").GetString() == "ENABLED TEMPRMSD WO");
        Assert.Equal("paused", (await ChangeAsync(served, HttpMethod.Post, $"v1/tasks/{id}/pause")).State);
        Assert.Equal(
            HttpStatusCode.Conflict, (await ChangeAsync(served, HttpMethod.Post, $"v1/tasks/{id}/pause")).Status);
        await events.NextAsync("task", task => IsTask(task, id, "paused"));
        Assert.Equal("running", (await ChangeAsync(served, HttpMethod.Post, $"v1/tasks/{id}/resume")).State);
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(served, HttpMethod.Delete, $"v1/tasks/{id}")).Status);
        await events.NextAsync("task", task => IsTask(task, id, "aborted"));

        using HttpResponseMessage started = await served.Http.PostAsync(
            Relative("v1/groups/datadg/migration"), JsonContent.Create(new { to = "pure0" }), Token);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        await events.NextAsync("task", task =>
            task.GetProperty("type").GetString() == "ATCOPY" && task.GetProperty("state").GetString() == "completed");
        Assert.True(TestProgram.WaitUntil(() => StateOf(served) == "Done"));
        Assert.Equal(0, served.Stop().ExitCode);
        await events.NextAsync("stopping", _ => true);
    }

    [Fact]
    public async Task Health_turns_bad_while_the_service_stops()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using ServedLab served = ServedLab.Start(program);
        // A command that waits keeps the service stopping for a moment; the connection for health is there already.
        Assert.Equal(HttpStatusCode.OK, (await served.Http.GetAsync(Relative("health"), Token)).StatusCode);
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, "");
        using var events = new EventReader(await served.Http.GetStreamAsync(Relative("v1/events"), Token));
        served.Signal(15);
        await events.NextAsync("stopping", _ => true);
        try
        {
            using HttpResponseMessage answer = await served.Http.GetAsync(Relative("health"), Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            await served.Process.WaitForExitAsync(Token); // it was faster than the question
        }

        Assert.True(client.IsClosedByServer());
        Assert.Equal(0, served.Wait().ExitCode);
    }

    /// <summary>
    /// Goal: a stop that takes longer than a moment is still a clean one. Method: a client over the socket in the lab
    /// asks for much and takes nothing, which holds HTTP up for its whole patience.
    /// </summary>
    [Fact]
    public void A_client_that_takes_no_answers_delays_the_stop_and_does_not_spoil_it()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        using ServedLab served = ServedLab.Start(program);
        using var greedy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        greedy.ReceiveBufferSize = 4096;
        greedy.Connect(new UnixDomainSocketEndPoint(program.Lab.HttpSocket));
        byte[] requests = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("GET /openapi.json HTTP/1.1\r\nHost: lab\r\n\r\n", 300)));
        greedy.Send(requests);
        Assert.True(greedy.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead));
        (int exitCode, string error) = served.Stop();
        Assert.Equal(0, exitCode);
        Assert.Contains("Stopped", error, StringComparison.Ordinal);
        Assert.False(File.Exists(program.Lab.HttpSocket));
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private static bool IsTask(JsonElement task, int id, string state) =>
        task.GetProperty("id").GetInt32() == id && task.GetProperty("state").GetString() == state;

    private static string? StateOf(ServedLab served)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative("v1/groups/datadg/migration"));
        using HttpResponseMessage answer = served.Http.Send(request, Token);
        using JsonDocument json = JsonDocument.Parse(answer.Content.ReadAsStream(Token));
        return json.RootElement.GetProperty("state").GetString();
    }

    private static async Task<(HttpStatusCode Status, string? State)> ChangeAsync(
        ServedLab served, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, Relative(path));
        using HttpResponseMessage answer = await served.Http.SendAsync(request, Token);
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        string? state = body.TryGetProperty("state", out JsonElement value) ? value.GetString() : null;
        return (answer.StatusCode, state);
    }
}
