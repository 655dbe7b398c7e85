namespace VolMgr.Cli.Labs;

/// <summary>
/// Where things are in a lab's directory:
/// <code>
/// lab.yaml          topology, with its format version; written last, so a directory without it is no lab
/// template          the template that the lab was made from, where it was
/// faults            the faults that 'volmgr fault' put to work, or that are to come, where there are any
/// reservations      SCSI-3 registrations and reservations of the LUNs, where there are any
/// domain-labels     the disks that domains have labelled, where there are any
/// virtual-machines  what 'volmgr vm' knows of virtual disks, where it was used
/// arrays/NAME/*.img the LUNs, sparse files
/// datastores/NAME/  files of virtual machines, a folder for each machine
/// controls/NAME/    what a control domain has recorded of domains that are, or were, migrated
/// hosts/NAME/       one host's own files: etc/vx, etc/default, var/log
/// virtual/content   of a virtual-time lab: its clock and what its LUNs hold, in the place of arrays/
/// run/              private to the user: volmgr.pid (locked by the owner), control.sock, nbd.sock, owner.log, bin/,
///                   man/ and bashrc of volmgr shell; with volmgr serve also http.sock and http.token
/// </code>
/// Only names; nothing here touches the disk except <see cref="FromEnvironment"/> and <see cref="RequireLab"/>.
/// </summary>
internal sealed record LabPaths
{
    /// <summary>The variable that names the lab.</summary>
    public const string Variable = "VOLMGR_LAB";

    /// <summary>The paths of the lab in a directory.</summary>
    public LabPaths(string root) => Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>The lab's directory, absolute.</summary>
    public string Root { get; }

    /// <summary>The topology.</summary>
    public string TopologyFile => Path.Combine(Root, "lab.yaml");

    /// <summary>Names the template that the lab was made from.</summary>
    public string TemplateFile => Path.Combine(Root, "template");

    /// <summary>The faults at work, where there are any.</summary>
    public string FaultsFile => Path.Combine(Root, "faults");

    /// <summary>Registrations and reservations of the LUNs, where there are any.</summary>
    public string ReservationsFile => Path.Combine(Root, "reservations");

    /// <summary>The hypervisor's virtual disks and machines, where 'volmgr vm' was used.</summary>
    public string VirtualMachinesFile => Path.Combine(Root, "virtual-machines");

    /// <summary>Where a virtual-time lab keeps what it holds; a real-time lab has no such folder.</summary>
    public string VirtualFolder => Path.Combine(Root, "virtual");

    /// <summary>Clock and LUNs of a virtual-time lab.</summary>
    public string VirtualContent => Path.Combine(VirtualFolder, "content");

    /// <summary>The disks that domains have labelled, where there are any.</summary>
    public string DomainLabelsFile => Path.Combine(Root, "domain-labels");

    /// <summary>What control domains have recorded, a folder each.</summary>
    public string ControlsFolder => Path.Combine(Root, "controls");

    /// <summary>The hosts' own files.</summary>
    public string HostsFolder => Path.Combine(Root, "hosts");

    /// <summary>What exists only while the lab is up.</summary>
    public string RunFolder => Path.Combine(Root, "run");

    /// <summary>Locked by the owner for its life; holds its process id.</summary>
    public string PidFile => Path.Combine(RunFolder, "volmgr.pid");

    /// <summary>The control socket, or a link to it where this path is too long for a socket.</summary>
    public string ControlSocket => Path.Combine(RunFolder, "control.sock");

    /// <summary>Where NBD clients connect, or a link to it where this path is too long for a socket.</summary>
    public string NbdSocket => Path.Combine(RunFolder, "nbd.sock");

    /// <summary>Where HTTP clients of 'volmgr serve' connect, or a link to it.</summary>
    public string HttpSocket => Path.Combine(RunFolder, "http.sock");

    /// <summary>The token that HTTP clients over TCP have to show, where none was given.</summary>
    public string HttpToken => Path.Combine(RunFolder, "http.token");

    /// <summary>What the owner writes about its life.</summary>
    public string OwnerLog => Path.Combine(RunFolder, "owner.log");

    /// <summary>The vx* names for <c>volmgr shell</c>.</summary>
    public string CommandFolder => Path.Combine(RunFolder, "bin");

    /// <summary>Commands of the operating system that a runbook finds before those of the machine.</summary>
    public string ForeignFolder => Path.Combine(RunFolder, "foreign");

    /// <summary>The manual pages for <c>volmgr shell</c>.</summary>
    public string ManualFolder => Path.Combine(RunFolder, "man");

    /// <summary>What a bash of <c>volmgr shell</c> reads when it starts.</summary>
    public string ShellStartFile => Path.Combine(RunFolder, "bashrc");

    /// <summary>One host's own files.</summary>
    public string HostFolder(string host) => Path.Combine(HostsFolder, host);

    /// <summary>The lab that VOLMGR_LAB names.</summary>
    public static LabPaths FromEnvironment()
    {
        string? root = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(root))
        {
            throw UserErrorException.Usage(
                $"{Variable} is not set; name a lab with 'export {Variable}=DIR', or make one with "
                + "'volmgr lab create DIR'");
        }

        return new LabPaths(root);
    }

    /// <summary>Refuses a directory that is missing or holds no lab.</summary>
    public void RequireLab()
    {
        if (File.Exists(TopologyFile))
        {
            return;
        }

        string reason = Directory.Exists(Root) ? "is not a lab (it has no lab.yaml)"
            : File.Exists(Root) ? "is a file, not a lab's directory" : "does not exist";
        throw UserErrorException.Refused(
            $"lab {Root} {reason}; set {Variable} to a lab, or make one with 'volmgr lab create DIR'");
    }
}
