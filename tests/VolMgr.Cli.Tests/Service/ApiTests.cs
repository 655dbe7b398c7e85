using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace VolMgr.Cli.Tests.Service;

/// <summary>The lab that the tests of the API look at.</summary>
public sealed class ApiLab : IDisposable
{
    private readonly TestProgram program = TestProgram.WithLab("populated");

    public ApiLab() => Served = ServedLab.Start(program, "--http", "127.0.0.1:0");

    internal ServedLab Served { get; }

    public void Dispose()
    {
        Served.Dispose();
        program.Dispose();
    }
}

/// <summary>The resources of the API, over the socket in the lab.</summary>
public sealed class ApiTests(ApiLab lab) : IClassFixture<ApiLab>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Http => lab.Served.Http;

    [Fact]
    public async Task The_lab_and_what_is_in_it_can_be_read()
    {
        JsonElement known = await GetAsync("v1/lab");
        Assert.Equal(lab.Served.Program.Lab.Root, known.GetProperty("directory").GetString());
        Assert.Equal(2, known.GetProperty("arrays").GetArrayLength());
        Assert.True((await GetAsync("v1/hosts"))[0].GetProperty("isUp").GetBoolean());
        Assert.Equal(8, (await GetAsync("v1/disks?host=host1")).GetArrayLength());
        JsonElement[] enclosures = [.. (await GetAsync("v1/enclosures")).EnumerateArray()];
        Assert.Contains(enclosures, each => each.GetProperty("name").GetString() == "pure0");
        Assert.Equal("datadg", (await GetAsync("v1/groups"))[0].GetProperty("name").GetString());
        JsonElement group = await GetAsync("v1/groups/datadg");
        Assert.True(group.GetProperty("freeBytes").GetInt64() > 0);
        JsonElement volume = await GetAsync("v1/groups/datadg/volumes/vol01");
        Assert.Equal("ENABLED", volume.GetProperty("kernelState").GetString());
        Assert.Equal(lab.Served.Lines[0], volume.GetProperty("uris")[0].GetString());
        Assert.Equal("ACTIVE", volume.GetProperty("plexes")[0].GetProperty("state").GetString());
        Assert.Equal(1, (await GetAsync("v1/volumes")).GetArrayLength());
        Assert.Equal(1, (await GetAsync("v1/groups/datadg/volumes")).GetArrayLength());
    }

    [Theory]
    [InlineData("v1/nothing")]
    [InlineData("v1/groups/nodg")]
    [InlineData("v1/groups/nodg/volumes")]
    [InlineData("v1/groups/datadg/volumes/novol")]
    [InlineData("v1/groups/..%2f..%2fetc/volumes/passwd")]
    [InlineData("v1/groups/datadg/migration")]
    [InlineData("v1/tasks/1")]
    [InlineData("v1/disks?host=host9")]
    public async Task What_is_not_there_is_a_problem_with_a_sentence(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(path, UriKind.Relative), Token);
        await AssertProblemAsync(answer, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Commands_run_and_say_how_they_ended()
    {
        JsonElement listing = await CommandAsync("""{"name":"vxprint","arguments":["-g","datadg","-ht"]}""");
        Assert.Equal(0, listing.GetProperty("exitCode").GetInt32());
        Assert.Equal(
            lab.Served.Program.Run("vxprint", "-g", "datadg", "-ht").Output, listing.GetProperty("output").GetString());
        JsonElement wrong = await CommandAsync("""{"name":"vxprint","arguments":["-g","nodg"]}""");
        Assert.NotEqual(0, wrong.GetProperty("exitCode").GetInt32());
        Assert.NotEqual("", wrong.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"name":"rehearse"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"volume","arguments":["load"]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"/bin/sh"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"migrate","arguments":["--no-such"]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"host"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":"vxprint","host":"host9"}""", HttpStatusCode.Conflict)]
    [InlineData("""{"name":"vxprint","arguments":[null]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"name":7}""", HttpStatusCode.BadRequest)]
    [InlineData("""{""", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task Commands_that_make_no_sense_are_refused(string body, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await PostAsync("v1/commands", body);
        await AssertProblemAsync(answer, status);
    }

    [Fact]
    public async Task A_command_writes_no_file_outside_the_lab()
    {
        string outside = Path.Combine(lab.Served.Program.Folder, "backup");
        string link = Path.Combine(lab.Served.Program.Lab.Root, "out");
        File.CreateSymbolicLink(link, lab.Served.Program.Folder);
        foreach (string folder in new[] { outside, Path.Combine(link, "backup"), "../backup" })
        {
            JsonElement reply = await CommandAsync(JsonSerializer.Serialize(
                new { name = "vxconfigbackup", arguments = new[] { "-l", folder, "datadg" } }));
            Assert.NotEqual(0, reply.GetProperty("exitCode").GetInt32());
        }

        Assert.False(Path.Exists(outside));
        JsonElement inside = await CommandAsync(
            """{"name":"vxconfigbackup","arguments":["-l","backup","datadg"]}""");
        Assert.Equal("", inside.GetProperty("error").GetString());
        Assert.True(Directory.Exists(Path.Combine(lab.Served.Program.Lab.Root, "backup")));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        string body = $$"""{"name":"vxprint","input":"{{new string('x', 2 << 20)}}"}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/commands", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true; // the answer comes before the body
        using HttpResponseMessage answer = await Http.SendAsync(request, Token);
        await AssertProblemAsync(answer, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync("health"));
    }

    [Fact]
    public async Task A_wrong_method_or_type_is_refused()
    {
        using HttpResponseMessage method = await Http.DeleteAsync(new Uri("v1/hosts", UriKind.Relative), Token);
        await AssertProblemAsync(method, HttpStatusCode.MethodNotAllowed);
        using var text = new StringContent("name=vxprint", Encoding.UTF8, "application/x-www-form-urlencoded");
        using HttpResponseMessage type = await Http.PostAsync(new Uri("v1/commands", UriKind.Relative), text, Token);
        await AssertProblemAsync(type, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_group_is_verified()
    {
        using HttpResponseMessage answer = await PostAsync("v1/groups/datadg/verification", "");
        JsonElement reply = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.True(reply.GetProperty("isEqual").GetBoolean());
        Assert.Contains("vol01", reply.GetProperty("volumes")[0].GetString(), StringComparison.Ordinal);
        using HttpResponseMessage unknown = await PostAsync("v1/groups/datadg/verification?volume=--json", "");
        await AssertProblemAsync(unknown, HttpStatusCode.Conflict);
    }

    /// <summary>
    /// Goal: the description is the truth. Method: every path that it lists answers, and every resource of these tests
    /// is in it.
    /// </summary>
    [Fact]
    public async Task The_description_lists_what_there_is()
    {
        JsonElement document = await GetAsync("openapi.json");
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"))
            .Order(StringComparer.Ordinal).ToList();
        string[] expected =
        [
            "DELETE /v1/tasks/{id}",
            "GET /health",
            "GET /metrics",
            "GET /v1/disks",
            "GET /v1/enclosures",
            "GET /v1/events",
            "GET /v1/groups",
            "GET /v1/groups/{group}",
            "GET /v1/groups/{group}/migration",
            "GET /v1/groups/{group}/volumes",
            "GET /v1/groups/{group}/volumes/{volume}",
            "GET /v1/hosts",
            "GET /v1/lab",
            "GET /v1/tasks",
            "GET /v1/tasks/{id}",
            "GET /v1/volumes",
            "POST /v1/commands",
            "POST /v1/groups/{group}/migration",
            "POST /v1/groups/{group}/migration/{step}",
            "POST /v1/groups/{group}/verification",
            "POST /v1/tasks/{id}/pause",
            "POST /v1/tasks/{id}/resume",
        ];
        Assert.Equal(expected, operations);
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        JsonElement length = schemas.GetProperty("VolumeReply").GetProperty("properties").GetProperty("length");
        Assert.Equal("Bytes.", length.GetProperty("description").GetString());
    }

    [Fact]
    public async Task Over_tcp_every_resource_wants_the_token()
    {
        string path = lab.Served.Program.Lab.HttpToken;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        string token = (await File.ReadAllTextAsync(path, Token)).Trim();
        using var http = new HttpClient { BaseAddress = lab.Served.HttpAddress };
        foreach (string resource in new[] { "health", "metrics", "openapi.json", "v1/lab", "v1/events", "nothing" })
        {
            using HttpResponseMessage refused = await http.GetAsync(new Uri(resource, UriKind.Relative), Token);
            await AssertProblemAsync(refused, HttpStatusCode.Unauthorized);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }

        http.DefaultRequestHeaders.Authorization = new("Bearer", token[..^1] + "x");
        using HttpResponseMessage wrong = await http.GetAsync(new Uri("v1/lab", UriKind.Relative), Token);
        await AssertProblemAsync(wrong, HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using HttpResponseMessage right = await http.GetAsync(new Uri("v1/lab", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.DoesNotContain(
            right.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.Ordinal));
        http.DefaultRequestHeaders.Host = "rebound.example";
        using HttpResponseMessage rebound = await http.GetAsync(new Uri("v1/lab", UriKind.Relative), Token);
        await AssertProblemAsync(rebound, HttpStatusCode.MisdirectedRequest);
    }

    [Fact]
    public async Task Metrics_can_be_read_by_a_scraper()
    {
        string text = await Http.GetStringAsync(new Uri("metrics", UriKind.Relative), Token);
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
            {
                Assert.Matches("^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge))$", line);
                continue;
            }

            Assert.Matches("^[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+\\})? [0-9.E+-]+$", line);
            int space = line.LastIndexOf(' ');
            samples.Add(line[..space], double.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
        }

        Assert.True(samples["process_resident_memory_bytes"] > 1 << 20);
        const string Volume = "{host=\"host1\",group=\"datadg\",volume=\"vol01\"}";
        Assert.Equal(1610612736, samples["volmgr_volume_length_bytes" + Volume]);
        Assert.True(samples.ContainsKey("volmgr_nbd_connections"));
    }

    private async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(path, UriKind.Relative), Token);
        return answer.StatusCode;
    }

    private Task<JsonElement> GetAsync(string path) =>
        Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Token);

    private async Task<JsonElement> CommandAsync(string body)
    {
        using HttpResponseMessage answer = await PostAsync("v1/commands", body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Http.PostAsync(new Uri(path, UriKind.Relative), content, Token);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        string detail = problem.GetProperty("detail").GetString() ?? "";
        Assert.True(detail.Length > 10 && !detail.Contains('\n'), detail);
    }
}
