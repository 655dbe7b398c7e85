using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>
/// The power fails during each write of an operation in turn; of what was never made durable any sectors are lost.
/// Whatever
/// is left has to import, without force, as the configuration before or after the operation.
/// </summary>
public sealed class CrashTests
{
    /// <summary>Coins for each place; all of them with VOLMGR_TEST_TIER=all.</summary>
    private static readonly int Seeds = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 64 : 4;

    private readonly TestGroup group = new();

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Commit_is_seen_whole_or_not_at_all(int count, bool isReversed)
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(count, commits: 3);
        await EnumerateAsync(Order(disks, isReversed), async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            return () => store.CommitAsync(ChangeTwoRecords);
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Checkpoint_is_seen_whole_or_not_at_all(int count)
    {
        // A delta that is longer than the log makes the commit a checkpoint.
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(count, commits: 3);
        await EnumerateAsync(disks, async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            return () => store.CommitAsync(current =>
                TestGroup.Comment(ChangeTwoRecords(current).Value, new string('n', 70_000)));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Import_can_be_interrupted(int count)
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(count, commits: 3);
        await EnumerateAsync(disks, disksNow => Task.FromResult<Func<Task>>(() => group.TryImportAsync(disksNow)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Deport_can_be_interrupted(int count)
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(count, commits: 3);
        await EnumerateAsync(disks, async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            return () => store.DeportAsync();
        });
    }

    [Fact]
    public async Task Close_can_be_interrupted()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(2, commits: 3);
        await EnumerateAsync(disks, async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            return store.CloseAsync;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Join_can_be_interrupted(int members)
    {
        List<CrashDisk> disks = [.. await PreparedAsync(members, commits: 1)];
        disks.Add(await group.InitializeOneAsync(members + 1));
        await EnumerateAsync(disks, async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            GroupDisk joining = (await TestGroup.ScanAsync([disksNow[^1]], inGroup: false))[0];
            return () => store.CommitAsync(
                current => TestGroup.WithDisk(ChangeTwoRecords(current).Value, joining),
                new StoreMembership { Joining = [joining] });
        });
    }

    [Fact]
    public async Task Leave_can_be_interrupted()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(2, commits: 1);
        await EnumerateAsync(disks, async disksNow =>
        {
            ConfigurationStore store = await group.ImportAsync(disksNow);
            return () => store.CommitAsync(
                current => ChangeTwoRecords(current.Without(current.FindDisk("datadg02")!.Id)));
        });
    }

    [Fact]
    public async Task Crashes_one_after_the_other_never_lose_an_acknowledged_commit()
    {
        for (int seed = 0; seed < Seeds * 4; seed++)
        {
            var random = new Random(seed);
            IReadOnlyList<CrashDisk> disks = await PreparedAsync(2, commits: 0);
            int acknowledged = 0;
            int tried = 0;
            for (int boot = 0; boot < 6; boot++)
            {
                var power = new Power(random.Next(40), random.Next());
                disks = [.. disks.Select(disk => disk.Copy(power))];
                Outcome<ConfigurationStore> store = await group.TryImportAsync(disks);
                while (store.IsDone && tried < 1000)
                {
                    int next = ++tried;
                    Outcome<GroupConfiguration> outcome =
                        await store.Value.CommitAsync(current => TestGroup.Comment(current, $"{next}"));
                    if (!outcome.IsDone)
                    {
                        break;
                    }

                    acknowledged = next;
                }

                disks = [.. disks.Select(disk => disk.Copy())];
                ConfigurationStore after = await group.ImportAsync([.. disks.Select(disk => disk.Copy())]);
                string comment = TestGroup.CommentOf(after);
                int seen = comment.Length == 0 ? 0 : int.Parse(comment);
                Assert.True(seen >= acknowledged && seen <= tried,
                    $"seed {seed}, boot {boot}: {seen} of {acknowledged}");
                acknowledged = seen;
            }
        }
    }

    private static Outcome<GroupConfiguration> ChangeTwoRecords(GroupConfiguration current)
    {
        GroupConfiguration changed = TestGroup.WithVolume(current, "vol02");
        return changed.With(changed.FindVolume("vol01")! with { Comment = "after" });
    }

    private static IReadOnlyList<CrashDisk> Order(IReadOnlyList<CrashDisk> disks, bool isReversed) =>
        isReversed ? [.. disks.Reverse()] : disks;

    private async Task<IReadOnlyList<CrashDisk>> PreparedAsync(int count, int commits)
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(count);
        ConfigurationStore store = await group.CreateAsync(disks);
        for (int commit = 0; commit < commits; commit++)
        {
            Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, $"before {commit}"))).IsDone);
        }

        return disks;
    }

    /// <summary>
    /// Runs the operation on copies of the disks with the power failing at each of its writes, and compares what
    /// imports
    /// afterwards with what imports after no operation and after a whole one.
    /// </summary>
    private async Task EnumerateAsync(
        IReadOnlyList<CrashDisk> disks, Func<IReadOnlyList<CrashDisk>, Task<Func<Task>>> prepare)
    {
        var counting = new Power(int.MaxValue, 0);
        IReadOnlyList<CrashDisk> whole = [.. disks.Select(disk => disk.Copy(counting))];
        Func<Task> operation = await prepare(whole);
        int first = counting.Writes;
        await operation();
        int last = counting.Writes;
        GroupConfiguration before = (await group.ImportAsync(Copies(disks))).Current;
        GroupConfiguration after = (await group.ImportAsync(Copies(whole))).Current;
        Assert.True(last > first);

        int olds = 0;
        int news = 0;
        for (int place = first; place < last; place++)
        {
            for (int seed = 0; seed < Seeds; seed++)
            {
                var power = new Power(place, seed);
                IReadOnlyList<CrashDisk> torn = [.. disks.Select(disk => disk.Copy(power))];
                await (await prepare(torn))();
                Assert.True(power.IsOff);
                Outcome<ConfigurationStore> import = await group.TryImportAsync(Copies(torn));
                Assert.True(import.IsDone, $"write {place - first}, seed {seed}: {import.Refusal}");
                bool isOld = ConfigurationDelta.Between(before, import.Value.Current).IsEmpty;
                bool isNew = ConfigurationDelta.Between(after, import.Value.Current).IsEmpty;
                Assert.True(isOld || isNew, $"write {place - first}, seed {seed}: a mixture");
                olds += isOld ? 1 : 0;
                news += isNew ? 1 : 0;
            }
        }

        Assert.True(olds > 0 && news > 0, "both ends of the operation are reached");
    }

    private static IReadOnlyList<CrashDisk> Copies(IEnumerable<CrashDisk> disks) =>
        [.. disks.Select(disk => disk.Copy())];
}
