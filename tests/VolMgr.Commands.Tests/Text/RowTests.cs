using VolMgr.Commands.Text;

namespace VolMgr.Commands.Tests.Text;

/// <summary>The two column rules, on rows as captured systems print them.</summary>
public sealed class RowTests
{
    [Theory]
    [InlineData("sd datadg01-01  datavol-01   ENABLED  10485760 0        -        -       -")]
    [InlineData("v  oracle_archive_vol01 fsgen ENABLED 4194304  -        ACTIVE   -       -")]
    [InlineData("pl oracle_archive_vol01-01 oracle_archive_vol01 ENABLED 4194304 - ACTIVE - -")]
    [InlineData("sd datadg01-02  oracle_archive_vol01-01 ENABLED 4194304 0 -      -       -")]
    [InlineData("dc oracle_archive_vol01_dco oracle_archive_vol01 - - -  -        -       -")]
    [InlineData("v  oracle_archive_vol01_dcl gen ENABLED 67840  -        ACTIVE   -       -")]
    public void Vxprint_columns_snap_back_in_the_default_view(string row) =>
        Assert.Equal(row, SnapBackLine.Of(SnapBackLine.Brief, Fields(row)));

    [Theory]
    [InlineData("v  datavol      -            ENABLED  ACTIVE   10485760 SELECT    -        fsgen")]
    [InlineData("sd datadg01-01  datavol-01   datadg01 0        10485760 0         emc0_01f4 ENA")]
    [InlineData("pl oracle_archive_vol01-01 oracle_archive_vol01 ENABLED ACTIVE 4194304 CONCAT - RW")]
    [InlineData("v  oracle_archive_vol01_dcl - ENABLED ACTIVE   67840    SELECT    -        gen")]
    [InlineData("sd datadg01-04  strvol-01    datadg01 14747904 2097152  0/0       emc0_01f4 ENA")]
    [InlineData("dg datadg       default      default  55000    1741211310.10.node1.example.com")]
    public void Vxprint_columns_snap_back_in_the_typed_view(string row) =>
        Assert.Equal(row, SnapBackLine.Of(SnapBackLine.Typed, Fields(row)));

    [Fact]
    public void A_long_device_name_shifts_its_row_of_vxdisk_list_to_the_end()
    {
        string row = PaddedRow.Of(
            [12, 15, 12, 12], "verclus01_disk_0", "auto:cdsdisk", "datadg01", "datadg", "online");

        Assert.Equal(17, row.IndexOf("auto", StringComparison.Ordinal));
        Assert.Equal(33, row.IndexOf("datadg01", StringComparison.Ordinal));
        Assert.Equal(46, row.IndexOf("datadg ", StringComparison.Ordinal));
        Assert.Equal(59, row.IndexOf("online", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_field_prints_as_a_dash_and_no_row_ends_in_a_blank()
    {
        Assert.Equal("a            -               x", PaddedRow.Of([12, 15], "a", "", "x"));
        Assert.Equal("v  -            -", SnapBackLine.Of(SnapBackLine.Brief, "v", "", ""));
    }

    private static string[] Fields(string row) => row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
