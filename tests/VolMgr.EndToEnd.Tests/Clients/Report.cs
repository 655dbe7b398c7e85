namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// What the clients felt, for people: a line each in the test's output and in a file that the test script prints.
/// </summary>
internal static class Report
{
    private static readonly Lock gate = new();

    public static string File { get; } = Path.Combine(Volmgr.RepositoryRoot, "artifacts", "clients.txt");

    public static void Say(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        lock (gate)
        {
            System.IO.File.AppendAllText(File, line + "\n");
        }
    }
}
