using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Commands.Vxcache;
using VolMgr.Commands.Vxconfigbackup;
using VolMgr.Commands.Vxconfigrestore;
using VolMgr.Commands.Vxdctl;
using VolMgr.Commands.Vxddladm;
using VolMgr.Commands.Vxdefault;
using VolMgr.Commands.Vxdg;
using VolMgr.Commands.Vxdisk;
using VolMgr.Commands.Vxdiskadm;
using VolMgr.Commands.Vxdisksetup;
using VolMgr.Commands.Vxdmpadm;
using VolMgr.Commands.Vxedit;
using VolMgr.Commands.Vxevac;
using VolMgr.Commands.Vxinfo;
using VolMgr.Commands.Vxlist;
using VolMgr.Commands.Vxmake;
using VolMgr.Commands.Vxmend;
using VolMgr.Commands.Vxnotify;
using VolMgr.Commands.Vxplex;
using VolMgr.Commands.Vxprint;
using VolMgr.Commands.Vxprivutil;
using VolMgr.Commands.Vxreattach;
using VolMgr.Commands.Vxrecover;
using VolMgr.Commands.Vxresize;
using VolMgr.Commands.Vxsd;
using VolMgr.Commands.Vxsnap;
using VolMgr.Commands.Vxstat;
using VolMgr.Commands.Vxtask;
using VolMgr.Commands.Vxtrace;
using VolMgr.Commands.Vxtune;
using VolMgr.Commands.Vxunreloc;
using VolMgr.Commands.Vxvol;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands;

/// <summary>Every command with its verbs, and what of the real command is refused by name.</summary>
internal static class CommandCatalogue
{
    /// <summary>All commands.</summary>
    public static IReadOnlyList<CommandDefinition> All { get; } =
    [
        VxprintCommand.Definition,
        new CommandDefinition(
            "vxdisk",
            new OptionTable("efg:o:qs", "bG:pt:u:vx:"),
            [
                VxdiskList.Verb, VxdiskPath.Verb, VxdiskRm.Verb, VxdiskScandisks.Verb, VxdiskInit.Initialize,
                VxdiskInit.Online, VxdiskInit.Offline, VxdiskInit.ClearImport,
                VxdiskInit.UpdateIdentity, VxdiskSet.Verb, VxdiskReclaim.Verb, .. VxdiskTag.Verbs,
            ])
        {
            RefusedKeywords =
            [
                "addregion", "check", "define", "destroy", "export", "flush",
                "resize", "unexport",
            ],
            RefusedUseOptions = ["fssize", "size", "ssd", "partial", "local"],
            Remedies = RefusalRemedies.Vxdisk,
        },
        new CommandDefinition(
            "vxdg",
            new OptionTable("Cfg:h:kn:o:qtT:", "sA:"),
            [
                VxdgList.Verb, VxdgFree.Verb, VxdgInit.Verb, VxdgAdddisk.Verb, VxdgRmdisk.Verb, VxdgImport.Verb,
                VxdgDeport.Verb, VxdgDestroy.Verb, .. VxdgNames.Verbs, .. VxdgProperties.Verbs,
                .. VxdgParts.Verbs,
            ])
        {
            RefusedKeywords =
            [
                "checkin", "listclone", "listtag", "renamesite", "addsite", "detachsite", "reattachsite", "rmsite",
                "settag", "rmtag", "vfsck",
            ],
            RefusedUseOptions =
            [
                "clearreserve", "noreonline", "override", "groupreserve",
                "fullpath", "verify", "selectcp", "partial",
            ],
        },
        new CommandDefinition(
            "vxtask",
            new OptionTable("c:g:hi:lpqrt:v:w:", "aG:no:"),
            [VxtaskList.Verb, VxtaskMonitor.Verb, .. VxtaskControl.Verbs]),
        VxdmpadmCommand.Definition,
        VxddladmCommand.Definition,
        VxgetdmpnamesCommand.Definition,
        VxdiskadmCommand.Definition,
        VxdiskadmCommand.AddDefinition,
        VxdisksetupCommand.Definition,
        VxdiskunsetupCommand.Definition,
        new CommandDefinition(
            "vxassist",
            new OptionTable("bd:fg:kMo:O:t:", "npqrsU:vVw:"),
            [
                VxassistMake.Verb, VxassistMirror.Verb, VxassistRemove.Verb, .. VxassistResize.Verbs,
                VxassistMaximum.MaximumSize, VxassistMaximum.MaximumGrow, VxassistAddlog.Verb, VxassistMove.Verb,
                VxassistConvert.Verb, VxassistAdd.Verb, VxassistEvacuate.Verb,
                .. TentativeMoves.Verbs("volume", volume => new TentativeSelection { Volume = volume }),
                .. VxassistTags.Verbs,
            ])
        {
            RefusedKeywords =
            [
                "growlogby", "growlogto", "list", "listattrs", "relayout",
                "snapabort", "snapback",
                "snapclear", "snapprint", "snapshot", "snapstart", "snapwait",
            ],
            RefusedUseOptions = ["force", "nolog", "verify", "noreclaim", "override", "rm"],
            Remedies = VxassistRemedies.Words,
        },
        new CommandDefinition(
            "vxplex",
            new OptionTable("fg:o:t:v:", "d:R:s:T:U:V"),
            [VxplexAtt.Verb, VxplexRemoval.Detach, VxplexRemoval.Dissociate, VxplexMv.Move, VxplexMv.Copy])
        {
            RefusedKeywords =
            [
                "convert", "snapabort", "snapback", "snapshot", "snapstart", "snapwait",
            ],
            RefusedUseOptions = ["nolog", "verify", "vol"],
        },
        new CommandDefinition(
            "vxvol",
            new OptionTable("bfg:o:t:", "d:pT:U:V"),
            [.. VxvolLife.Verbs, VxvolRdpol.Verb, VxvolResync.Verb, VxvolSet.Verb])
        {
            RefusedKeywords = ["assoc", "dis", "maint", "recover", "snapclear", "snapprint", "syncall"],
            Remedies = RefusalRemedies.Vxvol,
            RefusedUseOptions = ["force", "verify", "delayrecover", "checkpt"],
        },
        VxrecoverCommand.Definition,
        new CommandDefinition(
            "vxmend",
            new OptionTable("dg:o:psv", "rU:V"),
            [VxmendFix.Verb, VxmendSwitch.On, VxmendSwitch.Off, VxmendClear.Verb]),
        new CommandDefinition(
            "vxedit",
            new OptionTable("dfg:prsv", "e:U:V"),
            [VxeditRename.Verb, VxeditRm.Verb, VxeditSet.Verb])
        {
            RefusedKeywords = ["cc", "fixmode"],
        },
        VxinfoCommand.Definition,
        VxevacCommand.Definition,
        VxunrelocCommand.Definition,
        VxlistCommand.Definition,
        VxtuneCommand.Definition,
        VxdefaultCommand.Definition,
        VxprivutilCommand.Definition,
        VxtraceCommand.Definition,
        VxmakeCommand.Definition,
        VxmirrorCommand.Definition,
        VxnotifyCommand.Definition,
        VxreattachCommand.Definition,
        VxresizeCommand.Definition,
        VxstatCommand.Definition,
        new CommandDefinition(
            "vxsd",
            new OptionTable("g:kl:o:O:s:t:", "d:fpT:U:v:V"),
            [
                VxsdMv.Verb,
                .. TentativeMoves.Verbs("subdisk", subdisk => new TentativeSelection { Subdisk = subdisk }),
                .. VxsdRecords.Verbs,
            ])
        {
            RefusedKeywords = ["aslog"],
            Remedies = RefusalRemedies.Vxsd,
            RefusedUseOptions = ["force"],
        },
        VxsnapCommand.Definition,
        .. AbsentCommands.Definitions,
        VxconfigbackupCommand.Definition,
        VxconfigrestoreCommand.Definition,
        new CommandDefinition(
            "vxdctl",
            new OptionTable("c", "fku:"),
            [VxdctlMode.Verb, VxdctlList.Verb, VxdctlEnable.Verb, VxdctlDefaultdg.Verb])
        {
            RefusedKeywords =
            [
                "add", "bootdg", "disable", "hostid", "init", "initdmp", "license", "protocolrange",
                "protocolversion", "rm", "setversion", "stop", "support", "upgrade", "version",
            ],
        },
    ];
}
