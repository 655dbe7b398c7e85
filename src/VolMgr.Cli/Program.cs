using System.Runtime.CompilerServices;
using System.Text;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Verbs;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli;

/// <summary>
/// The program's entry. A vx* command, by the name of the program or by its first argument, goes straight to the
/// lab's owner: scripts call them hundreds of times, so nothing else may be loaded on that way. The rest are verbs
/// with options.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        try
        {
            return Dispatch(arguments);
        }
        catch (UserErrorException error)
        {
            Say(error.Message);
            return error.ExitCode;
        }
        catch (Exception error) when (Environment.GetEnvironmentVariable("VOLMGR_DEBUG") is null)
        {
            Say($"internal error: {error.Message.ReplaceLineEndings(" ")} ({error.GetType().Name}); "
                + "with VOLMGR_DEBUG=1 the program tells where");
            return ExitCodes.InternalError;
        }
    }

    /// <summary>Runs a command in the lab's owner and gives its exit code.</summary>
    public static int Forward(string name, string[] arguments)
    {
        LabPaths lab = LabPaths.FromEnvironment();
        if (VirtualRules.IsVirtual(lab))
        {
            return ForwardVirtually(lab, name, arguments);
        }

        bool isVolumeManagerCommand = IsVolumeManagerCommand(name);
        using var client = new ControlClient(lab, RunRequest.FromHere(name, arguments), new ClientStreams());
        int interrupted = isVolumeManagerCommand ? ExitCodes.KilledByInterrupt : ExitCodes.Interrupted;
        using var registration = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT,
            context =>
            {
                context.Cancel = true;
                if (client.WasInterrupted)
                {
                    Environment.Exit(interrupted); // the second Ctrl-C does not wait for the owner
                }

                client.Interrupt();
            });
        int exitCode = client.Run();
        return client.WasInterrupted ? interrupted
            : client.WasOutputClosed ? ExitCodes.KilledByBrokenPipe
            : exitCode;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ForwardVirtually(LabPaths lab, string name, string[] arguments) =>
        VirtualSession.Run(lab, name, arguments);

    private static int Dispatch(string[] arguments)
    {
        string invoked = InvokedName();
        if (IsVolumeManagerCommand(invoked) || IsForeignCommand(invoked))
        {
            return Forward(invoked, arguments);
        }

        if (arguments.Length > 0 && IsVolumeManagerCommand(arguments[0]))
        {
            return Forward(arguments[0], arguments[1..]);
        }

        return DispatchVerb(arguments);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int DispatchVerb(string[] arguments) =>
        arguments switch
        {
            [OwnerStarter.Verb, string root] => LabOwner.Run(new LabPaths(root)),
            [WorkloadVerb.Name] => WorkloadVerb.RunAsync().GetAwaiter().GetResult(),
            _ => VerbTree.Run(arguments),
        };

    private static bool IsVolumeManagerCommand(string name) => name.StartsWith("vx", StringComparison.Ordinal);

    /// <summary>By a link in the lab's folder for runbooks only: the program's own name is looked at first, so that
    /// nothing is loaded for it.</summary>
    private static bool IsForeignCommand(string name) => name != "volmgr" && IsForeignName(name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsForeignName(string name) => Commands.CommandSet.ForeignNames.Contains(name);

    /// <summary>The name that the program was started by, which the base library does not tell.</summary>
    private static string InvokedName()
    {
        byte[] commandLine = File.ReadAllBytes("/proc/self/cmdline");
        int end = Array.IndexOf(commandLine, (byte)0);
        return Path.GetFileName(Encoding.UTF8.GetString(commandLine, 0, Math.Max(end, 0)));
    }

    private static void Say(string sentence) => Native.WriteAll(2, Encoding.UTF8.GetBytes($"volmgr: {sentence}\n"));
}
