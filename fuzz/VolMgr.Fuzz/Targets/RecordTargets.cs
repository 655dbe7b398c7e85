using VolMgr.Blocks;
using VolMgr.Commands.Captures;
using VolMgr.Commands.Vxmake;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Fuzz.Targets;

/// <summary>Records of configurations as text, in all forms in which they are brought.</summary>
internal static class RecordTargets
{
    private static readonly (string, string[])[] RecordRules =
    [
        ("record", ["vol vol01\n\trid=0.10@digit@\n\tstate=\"ACTIVE\n\tlen=2048\n@lines@", "@type@ @name@\n@lines@",
            "plex vol01-01\n\trid=0.10@digit@\n\tstate=\"ACTIVE\n\tvol_rid=0.10@digit@\n@lines@",
            "sd datadg01-01\n\trid=0.10@digit@\n\tdm_rid=0.10@digit@\n\tdm_offset=0\n\tlen=2048\n@lines@",
            "dm datadg01\n\trid=0.10@digit@\n\tdiskid=1.@digit@.h\n\tpub_len=8192\n\tpriv_len=2048\n@lines@"]),
        ("records", ["", "@record@@records@"]),
        ("type", ["vol", "plex", "sd", "dm", "dg", "rv", "snap", "dco", "gone", "@word@"]),
        ("name", ["vol01", "vol01-01", "vol01-02", "datadg01", "datadg01-01", "datadg", "@word@"]),
        ("lines", ["\tlen=2048\n", "\t@line@\n@lines@"]),
        ("line", ["rid=0.10@digit@", "@key@=@value@", "@key@=\"@value@", "@key@", "@word@"]),
        ("digit", ["1", "2", "3", "4", "5", "6"]),
        ("key", ["use_type", "state", "kstate", "len", "rid", "vol_rid", "plex_rid", "dm_rid", "layout", "ncolumn",
            "st_width", "dm_offset", "pl_offset", "column", "diskid", "pub_len", "priv_len", "comment", "read_pol",
            "pref_plex_rid", "log", "tutil0", "putil0", "user", "mode", "version", "dgid", "sd", "plex", "contents",
            "iomode", "spare", "removed", "devopen", "update_tid", "logtype", "da_name", "nconfig", "base_minor",
            "tag", "cds", "next_rid", "move_rid", "minor", "dirty", "group", "last_da_name", "reserve", "nohotuse",
            "failing", "pref_plex", "dm_name"]),
        ("value", ["1", "0.10@digit@", "on", "off", "ACTIVE", "CLEAN", "ENABLED", "EMPTY", "TEMPRMSD", "STRIPE",
            "CONCAT", "SELECT", "PREFER", "ROUND", "fsgen", "gen", "root", "datadg01-01:0/0", "@number@", "@size@",
            "@word@", "2048", "128"]),
    ];

    private static readonly Grammar Records = new([
        ("start", ["dg datadg\n\tdgid=1000.1.fuzz\n\tnext_rid=0.200\n@records@", "@records@"]), .. RecordRules]);

    private static readonly Grammar Captured = new([
        ("start", ["@records@", "@listing@", "@disks@", "@listing@\n$ vxdisk list\n@disks@"]),
        ("listing", ["@head@\n@rows@"]),
        ("head", ["DG NAME         NCONFIG      NLOG     MINORS   GROUP-ID", "Disk group: datadg",
            "DM NAME         DEVICE       TYPE     PRIVLEN  PUBLEN   STATE",
            "V  NAME         RVG/VSET/CO  KSTATE   STATE    LENGTH   READPOL   PREFPLEX UTYPE",
            "TY NAME         ASSOC        KSTATE   LENGTH   PLOFFS   STATE    TUTIL0  PUTIL0"]),
        ("rows", ["", "@row@\n@rows@"]),
        ("row", ["v  vol01        -            ENABLED  ACTIVE   2048     SELECT    -        fsgen",
            "pl vol01-01     vol01        ENABLED  ACTIVE   2048     CONCAT    -        RW",
            "sd datadg01-01  vol01-01     datadg01 0        2048     0         emc0_1   ENA",
            "dm datadg01     emc0_1       auto     65536    524288   -",
            "dg datadg       default      default  1000 1.2.h",
            "@tag@ @cells@", "@head@"]),
        ("tag", ["v", "pl", "sd", "dm", "dg", "dc", "sp", "rv", "sv", "@word@"]),
        ("cells", ["-", "@value@ @cells@", "@name@ @cells@"]),
        ("disks", ["DEVICE       TYPE            DISK         GROUP        STATUS\n@diskrows@",
            "Device:    emc0_1\n@fields@"]),
        ("diskrows", ["", "emc0_1       auto:cdsdisk    datadg01     datadg       online\n@diskrows@",
            "emc0_2 @cells@\n@diskrows@", "-            -         datadg02     datadg       failed was:emc0_3\n"]),
        ("fields", ["", "@field@\n@fields@"]),
        ("field", ["devicetag: emc0_1", "type:      auto", "hostid:    h", "disk:      name=datadg01 id=1.2.h",
            "group:     name=datadg id=1.2.h", "info:      format=cdsdisk,privoffset=256,pubslice=3,privslice=3",
            "flags:     online ready private autoconfig", "pubpaths:  block=/dev/vx/dmp/a char=/dev/vx/rdmp/a",
            "public:    slice=3 offset=65792 len=@number@ disk_offset=0", "private:   slice=3 offset=256 len=@number@",
            "@key@: @value@"]),
        .. RecordRules]);

    private static readonly Grammar Made = new([
        ("start", ["sd datadg01-01 dm_name=datadg01 dm_offset=0 len=2048\n@makes@", "@makes@"]),
        ("makes", ["", "@make@\n@makes@"]),
        ("make", ["vol vol01 plex=vol01-01 use_type=fsgen", "plex vol01-01 sd=datadg01-01,datadg01-02:0/2048",
            "#vxmake", "@type@ @name@ @pairs@", "@type@ @name@\n@lines@"]),
        ("pairs", ["len=1m", "@key@=@value@ @pairs@", "@key@=\"@value@ @value@\" @pairs@"]),
        .. RecordRules]);

    /// <summary>A checkpoint and deltas behind it, with form feeds between.</summary>
    public static Grammar Commits { get; } = new([
        ("start", ["@checkpoint@", "@checkpoint@@deltas@"]),
        ("checkpoint", ["commit 1.1\n\tholder=@holder@\n\tdropped=0\n"
            + "\tbranch=1 00000001-0002-0003-0405-060708090a0b\n"
            + "dg datadg\n\tdgid=1000.1.fuzz\n\tnext_rid=0.200\n@records@",
            "commit @digit@.@digit@\n\tholder=@holder@\n@lines@@records@"]),
        ("deltas", ["", "\fcommit 2.1\n\tholder=@holder@\n@records@@deltas@",
            "\fcommit @digit@.@number@\n@records@gone 0.10@digit@\n@deltas@"]),
        ("holder", ["1000.2.fuzz", "a,b", "@word@"]),
        .. RecordRules]);

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new TextTarget("records", "configuration records: vxprint -m, cfgrec, vxconfigbackup", Records, ReadRecords),
        new TextTarget("description", "what vxmake -d reads", Made, ReadDescription),
        new TextTarget("captures", "captured listings and descriptions that lab import reads", Captured, ReadCaptures),
    ];

    /// <summary>What was read and can be written is read again as the same.</summary>
    private static void ReadRecords(string text)
    {
        TextReading reading = ConfigurationText.Read(text);
        Invariant.Holds(reading.Configuration is not null || reading.Problems.Count > 0);
        if (reading.Configuration is not { } configuration
            || ConfigurationText.FindUnwritable(configuration).Count > 0)
        {
            return;
        }

        ConfigurationChecks.Validate(configuration);
        string written = ConfigurationText.Write(configuration);
        TextReading again = ConfigurationText.Read(written);
        Invariant.Holds(again.Configuration is not null);
        Invariant.Holds(ConfigurationDelta.Between(configuration, again.Configuration!).IsEmpty);
        Invariant.Holds(ConfigurationText.Write(again.Configuration!) == written);
    }

    private static void ReadDescription(string text) => _ = MakeDescription.Parse(text, "file", "fsgen");

    private static void ReadCaptures(string text)
    {
        foreach (int block in new[] { CaptureReader.Sector, CaptureReader.HpuxBlock })
        {
            CaptureReading reading = CaptureReader.Read([("a.txt", text), ("b.cfgrec", text)], block);
            foreach (CapturedGroup group in reading.Groups)
            {
                _ = DescriptionExport.Of(group.Configuration, group);
                ReadRecords(ConfigurationText.Write(group.Configuration));
            }
        }
    }
}
