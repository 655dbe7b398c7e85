using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Tests.Rehearse;

public sealed class LedgerTests
{
    [Fact]
    public void A_new_ledger_knows_of_no_write()
    {
        using TemporaryFolder folder = new();
        using Ledger ledger = Ledger.Create(folder.In("a"), 5);

        Assert.Equal(5, ledger.BlockCount);
        Assert.All(
            Enumerable.Range(0, 5),
            block => Assert.Equal((0, 0, 0), (ledger.Issued(block), ledger.Acked(block), ledger.Flushed(block))));
    }

    [Fact]
    public void Each_block_keeps_its_three_numbers_over_a_reopen()
    {
        using TemporaryFolder folder = new();
        using (Ledger ledger = Ledger.Create(folder.In("a"), 100))
        {
            for (int block = 0; block < 100; block++)
            {
                ledger.SetIssued(block, (block * 10) + 3);
                ledger.SetAcked(block, (block * 10) + 2);
                ledger.SetFlushed(block, (block * 10) + 1);
            }
        }

        using Ledger again = Ledger.Open(folder.In("a"));
        Assert.Equal(100, again.BlockCount);
        Assert.All(Enumerable.Range(0, 100), block => Assert.Equal(
            ((block * 10) + 3, (block * 10) + 2, (block * 10) + 1),
            (again.Issued(block), again.Acked(block), again.Flushed(block))));
    }

    // A process that is killed closes nothing: what it wrote is in the file all the same.
    [Fact]
    public void What_is_written_is_seen_by_another_process_at_once()
    {
        using TemporaryFolder folder = new();
        using Ledger writer = Ledger.Create(folder.In("a"), 3);
        using Ledger reader = Ledger.Open(folder.In("a"));

        writer.SetIssued(2, 9);

        Assert.Equal(9, reader.Issued(2));
    }

    [Fact]
    public void A_ledger_is_never_made_twice()
    {
        using TemporaryFolder folder = new();
        using Ledger ledger = Ledger.Create(folder.In("a"), 3);

        Assert.Throws<IOException>(() => Ledger.Create(folder.In("a"), 3));
    }
}
