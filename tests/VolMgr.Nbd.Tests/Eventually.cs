using VolMgr.Blocks.Tests;

namespace VolMgr.Nbd.Tests;

/// <summary>Waits for what other threads bring about; too late is a failure.</summary>
internal static class Eventually
{
    public static async Task IsAsync(Func<bool> condition, string what)
    {
        for (int i = 0; i < 2000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(5, TestWorld.Token);
        }

        Assert.Fail($"not within 10 s: {what}");
    }
}
