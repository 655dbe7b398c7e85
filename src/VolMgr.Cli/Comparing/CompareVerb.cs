using System.CommandLine;
using System.Runtime.ExceptionServices;
using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary><c>volmgr compare</c>: the same guest through five ways of moving it, in virtual time.</summary>
internal static class CompareVerb
{
    public static Command Define()
    {
        CompareChoice choice = new();
        Command command = new(
            "compare",
            "Move the same simulated guest by mirror plex, Storage vMotion and domain migration, and explain it");
        choice.AddTo(command);
        command.SetAction(parsed => Run(choice.Of(parsed), choice.PageOf(parsed), choice.IsJson(parsed)));
        return command;
    }

    private static int Run(ComparisonOptions options, string? page, bool isJson)
    {
        ComparisonReport report = MoverComparison.Run(options, RunOnAllProcessors);
        if (page is not null)
        {
            WritePage(page, report);
        }

        Console.Out.Write(isJson ? CompareReply.Of(report).ToJson() + "\n" : new CompareText(report).Write());
        return ExitCodeOf(report);
    }

    /// <summary>A comparison fails when acknowledged data was missing at its end.</summary>
    public static int ExitCodeOf(ComparisonReport report) =>
        report.IsIntact ? ExitCodes.Done : ExitCodes.CheckFailed;

    /// <summary>Each on a thread of its own, as many at a time as there are processors.</summary>
    private static void RunOnAllProcessors(IReadOnlyList<Action> moves)
    {
        int taken = -1;
        Exception? failure = null;
        void Work()
        {
            try
            {
                for (int next; (next = Interlocked.Increment(ref taken)) < moves.Count;)
                {
                    moves[next]();
                }
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        }

        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static void WritePage(string path, ComparisonReport report)
    {
        try
        {
            File.WriteAllText(path, new ComparePage(report).Write());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Usage($"--html {path} cannot be written ({error.Message.TrimEnd('.')}); "
                + "name a file in a folder that exists and that you may write");
        }
    }
}
