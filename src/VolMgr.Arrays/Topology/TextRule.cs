using System.Text.RegularExpressions;

namespace VolMgr.Arrays.Topology;

/// <summary>What a text field takes.</summary>
/// <param name="Pattern">The whole text has to match.</param>
/// <param name="Words">Completes the sentence "use ...".</param>
internal sealed partial record TextRule(Regex Pattern, string Words)
{
    public static TextRule ArrayName { get; } =
        new(ArrayNamePattern(), "1 to 31 lower-case letters, digits, - and _, beginning with a letter");

    public static TextRule FileName { get; } =
        new(FileNamePattern(), "1 to 63 letters, digits, ., - and _, beginning with a letter or digit");

    public static TextRule Controller { get; } = new(ControllerPattern(), "the letter c and a number, such as c2");

    public static TextRule Vendor { get; } = new(VendorPattern(), "1 to 8 printable ASCII characters");

    public static TextRule Product { get; } = new(ProductPattern(), "1 to 16 printable ASCII characters");

    public static TextRule Revision { get; } = new(RevisionPattern(), "1 to 4 printable ASCII characters");

    public static TextRule Firmware { get; } = new(FirmwarePattern(), "1 to 16 printable ASCII characters");

    public static TextRule CabinetSerial { get; } = new(CabinetPattern(), "1 to 32 letters, digits, ., - and _");

    public static TextRule LunSerial { get; } =
        new(LunSerialPattern(), "up to 64 letters, digits, ., - and _, or '' for a device that reports none");

    public static TextRule Backing { get; } = new(BackingPattern(),
        "a path inside the lab, such as arrays/emc0/01f4.img" +
        ", without .. and control characters, or a URI such as nbd://host/export");

    public static TextRule Target { get; } =
        new(TargetPattern(), "an array such as emc0, or a port of it such as emc0:1");

    public static TextRule MachineDisk { get; } =
        new(MachineDiskPattern(), "a controller and a number, such as scsi0:1");

    public static TextRule Any { get; } = new(AnyPattern(), "printable text");

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,30}\z")]
    private static partial Regex ArrayNamePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z")]
    private static partial Regex FileNamePattern();

    [GeneratedRegex(@"\Ac[0-9]{1,4}\z")]
    private static partial Regex ControllerPattern();

    [GeneratedRegex(@"\A(?! )[ -~]{1,8}(?<! )\z")]
    private static partial Regex VendorPattern();

    [GeneratedRegex(@"\A(?! )[ -~]{1,16}(?<! )\z")]
    private static partial Regex ProductPattern();

    [GeneratedRegex(@"\A(?! )[ -~]{1,4}(?<! )\z")]
    private static partial Regex RevisionPattern();

    [GeneratedRegex(@"\A(?! )[ -~]{1,16}(?<! )\z")]
    private static partial Regex FirmwarePattern();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,32}\z")]
    private static partial Regex CabinetPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{0,64}\z")]
    private static partial Regex LunSerialPattern();

    [GeneratedRegex(@"\A(?:[a-z][a-z0-9+.-]*://[!-~]{1,1000}|(?!/)(?!.*(?:^|/)\.{1,2}(?:/|$))[ -~]{1,1000})(?<!/)\z")]
    private static partial Regex BackingPattern();

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,30}(?::[0-9]{1,4})?\z")]
    private static partial Regex TargetPattern();

    [GeneratedRegex(@"\A(?:scsi|sata|nvme|ide)[0-9]{1,2}:[0-9]{1,2}\z")]
    private static partial Regex MachineDiskPattern();

    [GeneratedRegex(@"\A[ -~]{1,200}\z")]
    private static partial Regex AnyPattern();
}
