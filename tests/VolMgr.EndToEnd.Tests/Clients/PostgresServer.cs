using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>A PostgreSQL cluster with data checksums in a folder, reached by a socket of its own.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private readonly string data;
    private readonly string sockets;
    private bool isRunning;

    private PostgresServer(string root, string folder)
    {
        data = Path.Combine(folder, "pgdata");
        sockets = Path.Combine(root, "pgrun");
    }

    /// <summary>Ends the test unless everything is here that a cluster needs.</summary>
    public static void Require()
    {
        string[] programs = ["initdb", "pg_ctl", "pgbench", "psql", "pg_amcheck", "pg_checksums", "setpriv"];
        foreach (string program in programs)
        {
            Tools.Find(program);
        }
    }

    public static async Task<PostgresServer> StartAsync(string root, string folder)
    {
        PostgresServer server = new(root, folder);
        // The server refuses to run as root: its own user owns these folders and may pass through the one above.
        foreach (string path in new[] { server.data, server.sockets })
        {
            Directory.CreateDirectory(path);
            await ClientProcess.RunAsync("chown", User, path);
        }

        await ClientProcess.RunAsync("chmod", "711", root);
        await RunAsync("initdb", "-k", "-D", server.data, "-A", "trust", "-E", "UTF8", "--locale=C");
        await RunAsync(
            "pg_ctl", "-w", "-D", server.data, "-l", Path.Combine(server.sockets, "log"), "-o",
            $"-c listen_addresses='' -c unix_socket_directories={server.sockets} -c shared_buffers=16MB "
            + "-c max_wal_size=64MB -c min_wal_size=32MB -c checkpoint_timeout=30s",
            "start");
        server.isRunning = true;
        return server;
    }

    /// <summary>Runs pgbench; returns the number of transactions, none of which may have failed.</summary>
    public async Task<long> BenchAsync(params string[] arguments)
    {
        string said = await RunAsync("pgbench", ["-h", sockets, "-n", .. arguments, "postgres"]);
        Match failed = FailedTransactions().Match(said);
        Assert.True(!failed.Success || failed.Groups[1].Value == "0", said);
        Match done = DoneTransactions().Match(said);
        return done.Success ? long.Parse(done.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Every table and index, rows against index entries, and pgbench's own sums.</summary>
    public async Task CheckAsync()
    {
        await RunAsync("pg_amcheck", "-h", sockets, "--all", "--install-missing", "--heapallindexed", "--parent-check");
        string sums = await RunAsync(
            "psql", "-h", sockets, "-At", "-c",
            "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM pgbench_history) "
            + "AND (SELECT sum(tbalance) FROM pgbench_tellers) = (SELECT sum(bbalance) FROM pgbench_branches)",
            "postgres");
        Assert.Equal("t\n", sums);
    }

    public async Task StopAsync()
    {
        await RunAsync("pg_ctl", "-w", "-D", data, "-m", "fast", "stop");
        isRunning = false;
        string log = await File.ReadAllTextAsync(
            Path.Combine(sockets, "log"), TestContext.Current.CancellationToken);
        foreach (string complaint in new[] { "PANIC", "could not", "invalid page", "Input/output error" })
        {
            Assert.DoesNotContain(complaint, log, StringComparison.Ordinal);
        }
    }

    /// <summary>Reads every page of the stopped cluster and checks its checksum.</summary>
    public async Task CheckChecksumsAsync()
    {
        string said = await RunAsync("pg_checksums", "--check", "-D", data);
        Assert.Contains("Bad checksums:  0", said, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (isRunning)
        {
            await Volmgr.RunProgramAsync(
                "setpriv", null, Privileges(Tools.Find("pg_ctl"), ["-w", "-D", data, "-m", "immediate", "stop"]));
        }
    }

    private static string[] Privileges(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ["--reuid", User, "--regid", User, "--init-groups", program, .. arguments]
        : ["--", program, .. arguments];

    [GeneratedRegex(@"number of failed transactions: (\d+)")]
    private static partial Regex FailedTransactions();

    [GeneratedRegex(@"number of transactions actually processed: (\d+)")]
    private static partial Regex DoneTransactions();

    private static Task<string> RunAsync(string program, params string[] arguments) =>
        ClientProcess.RunAsync("setpriv", Privileges(Tools.Find(program), arguments));
}
