using System.Diagnostics;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Virtual;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary>
/// A private mount namespace in which the paths of a host are there: <c>/etc/vx</c> with its bin, the commands in
/// <c>/usr/sbin</c>, <c>/opt/VRTS/bin</c> and <c>/usr/lib/vxvm/bin</c>, and <c>/dev/vx</c>. The rest of <c>/etc</c>,
/// <c>/opt</c>, <c>/usr/lib</c> and <c>/usr/sbin</c> is the machine's and cannot be written; nothing of this is seen
/// outside (mount_namespaces(7)).
/// </summary>
/// <remarks>
/// A volume is a file under <c>/dev/vx</c> only while a step runs that uses it as one: a volume with an open file is
/// open, and could not be stopped.
/// </remarks>
internal sealed class HostView
{
    private const string Setup = """
        view=$1 etc=$2 bin=$3
        path=$PATH PATH=/usr/sbin:/usr/bin:/sbin:/bin
        set -e
        over() { if [ -d "$2" ]; then mount -t overlay overlay -o "ro,lowerdir=$1:$2" "$2"; fi; }
        mkdir -p "$view/etc/vx" "$view/lib/vxvm" "$view/opt/VRTS" "$view/dev" "$etc/bin"
        ln -sfn "$bin" "$view/lib/vxvm/bin"
        ln -sfn "$bin" "$view/opt/VRTS/bin"
        over "$view/etc" /etc
        mount --bind "$etc" /etc/vx
        mount --bind "$bin" /etc/vx/bin
        over "$bin" /usr/sbin
        over "$view/lib" /usr/lib
        over "$view/opt" /opt
        mount -t tmpfs -o mode=755 tmpfs "$view/dev"
        for name in /dev/*; do
            if [ -L "$name" ]; then cp -P "$name" "$view$name"
            elif [ -d "$name" ]; then mkdir "$view$name"; mount --rbind "$name" "$view$name"
            else : >"$view$name"; mount --bind "$name" "$view$name"; fi
        done
        mkdir -p "$view/dev/vx/dsk" "$view/dev/vx/rdsk"
        mount --rbind "$view/dev" /dev
        set +e
        export PATH=$path
        shift 3
        exec "$@"
        """;

    private const string Functions = """
        volmgr_devices() {
            local name
            for name; do
                mkdir -p "/dev/vx/dsk/${name%/*}" "/dev/vx/rdsk/${name%/*}" "/dev/vx/.pid/${name%/*}"
                : >"/dev/vx/rdsk/$name" >"/dev/vx/dsk/$name"
                (nbdfuse -P "/dev/vx/.pid/$name" "/dev/vx/rdsk/$name" "nbd+unix:///$name?socket=$VOLMGR_NBD" \
                    </dev/null >/dev/null 2>&1 &)
                for _ in {1..100}; do [ -s "/dev/vx/.pid/$name" ] && break; command -p sleep 0.05; done
                if [ -s "/dev/vx/.pid/$name" ]
                then command -p mount --bind "/dev/vx/rdsk/$name" "/dev/vx/dsk/$name"
                else rm "/dev/vx/rdsk/$name" "/dev/vx/dsk/$name"; fi
            done
            hash -r
        }
        volmgr_no_devices() {
            local name pid
            for name; do
                [ -e "/dev/vx/dsk/$name" ] || continue
                pid=$(cat "/dev/vx/.pid/$name")
                for place in dsk rdsk; do
                    command -p umount "/dev/vx/$place/$name" 2>/dev/null || command -p umount -l "/dev/vx/$place/$name"
                done
                rm "/dev/vx/rdsk/$name" "/dev/vx/dsk/$name" "/dev/vx/.pid/$name"
                for _ in {1..100}; do kill -0 "$pid" 2>/dev/null || break; command -p sleep 0.05; done
            done
            hash -r
        }
        """;

    private readonly string setupFile;
    private readonly string viewFolder;
    private readonly string etc;
    private readonly string bin;
    private readonly AbsolutePaths paths = new();

    private HostView(string folder, LabPaths lab, string host)
    {
        viewFolder = Path.Combine(folder, "view");
        setupFile = Path.Combine(folder, "view.sh");
        FunctionsFile = Path.Combine(folder, "devices.sh");
        etc = Path.Combine(lab.HostFolder(host), "etc", "vx");
        bin = lab.CommandFolder;
        NbdSocket = LabSocket.Find(lab.NbdSocket) ?? lab.NbdSocket;
    }

    /// <summary>What the shell reads first.</summary>
    public string FunctionsFile { get; }

    /// <summary>Where the volumes are served, for <c>VOLMGR_NBD</c>.</summary>
    public string NbdSocket { get; }

    /// <summary>The view that a runbook needs; null where it names nothing by its place.</summary>
    /// <exception cref="UserErrorException">The machine does not permit it.</exception>
    public static HostView? For(Runbook runbook, string folder, LabPaths lab, string host)
    {
        AbsolutePaths paths = new();
        (RunbookStep Step, string Path, bool IsVolume)[] uses =
        [
            .. runbook.Steps.SelectMany(step => paths.VolumesOf(step)
                .Select(volume => (step, $"/dev/vx/rdsk/{volume}", true))
                .Concat(AbsolutePaths.FileOf(step) is { } file ? [(step, file, false)] : [])),
        ];
        if (uses.Length == 0)
        {
            return null;
        }

        if (uses.Any(use => use.IsVolume))
        {
            VirtualRules.RequireReal(
                lab, "volmgr rehearse --runbook", "volumes are devices for programs in real time only");
        }

        HostView view = new(folder, lab, host);
        File.WriteAllText(view.setupFile, Setup);
        File.WriteAllText(view.FunctionsFile, Functions);
        if (view.TrySetUp() is { } complaint)
        {
            throw UserErrorException.Refused(
                $"step {uses[0].Step.Number} (line {uses[0].Step.Line}) names {uses[0].Path}, and this machine permits "
                + $"no private mount namespace for it ({complaint}); name commands without their directory, or run as "
                + "root");
        }

        if (uses.FirstOrDefault(use => use.IsVolume) is { Path: { } volume } first && !HasNbdfuse)
        {
            throw UserErrorException.Refused(
                $"step {first.Step.Number} (line {first.Step.Line}) reads or writes {volume}, for which nbdfuse and "
                + "/dev/fuse are needed; install libnbd-bin (Debian), or leave the step out");
        }

        return view;
    }

    /// <summary>A command line that runs a command inside.</summary>
    public IReadOnlyList<string> Wrap(params string[] command)
    {
        string[] user = Environment.IsPrivilegedProcess ? [] : ["--user", "--map-root-user"];
        return
        [
            "unshare", .. user, "--mount", "--propagation", "private",
            "bash", setupFile, viewFolder, etc, bin, .. command,
        ];
    }

    /// <summary>The volumes that are files while the step runs.</summary>
    public IReadOnlyList<string> VolumesOf(RunbookStep step) => paths.VolumesOf(step);

    private static bool HasNbdfuse => File.Exists("/dev/fuse")
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "nbdfuse")));

    private string? TrySetUp()
    {
        IReadOnlyList<string> line = Wrap("true");
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using Process process = Process.Start(start)!; // null only for a shell's association, which is off
            string complaint = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : complaint.Split('\n')[0];
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}
