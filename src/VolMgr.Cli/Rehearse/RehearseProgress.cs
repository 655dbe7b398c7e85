using Spectre.Console;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// Shows a person how far a rehearsal is, on standard error: bars on a terminal, plain lines elsewhere.
/// </summary>
internal interface IRehearseProgress
{
    /// <summary>Announces a step.</summary>
    void Step(string name);

    /// <summary>Tells how much of a named copy is done, 0 to 1.</summary>
    void Copy(string name, double share);

    /// <summary>Everything that was announced is done.</summary>
    void End();
}

/// <summary>One line a step, nothing that moves.</summary>
internal sealed class PlainProgress(TextWriter error) : IRehearseProgress
{
    private readonly Dictionary<string, int> shown = [];

    public void Step(string name) => error.WriteLine($"- {name}");

    public void Copy(string name, double share)
    {
        int quarter = (int)(share * 4);
        if (shown.GetValueOrDefault(name) < quarter)
        {
            shown[name] = quarter;
            error.WriteLine($"  {name}: {share:P0}");
        }
    }

    public void End() => shown.Clear();
}

/// <summary>Progress bars of a terminal.</summary>
internal sealed class BarProgress : IRehearseProgress
{
    private readonly ProgressContext context;
    private readonly Dictionary<string, ProgressTask> copies = [];
    private ProgressTask? step;

    private BarProgress(ProgressContext context) => this.context = context;

    /// <summary>Runs something under bars on standard error.</summary>
    public static async Task<T> RunAsync<T>(Func<IRehearseProgress, Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(),
                new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new BarProgress(context)));
    }

    public void Step(string name)
    {
        if (step is not null)
        {
            step.IsIndeterminate = false;
            step.Value = step.MaxValue;
            step.StopTask();
        }

        step = context.AddTask(Markup.Escape(name), maxValue: 1);
        step.IsIndeterminate = true;
    }

    public void Copy(string name, double share)
    {
        if (!copies.TryGetValue(name, out ProgressTask? bar))
        {
            bar = context.AddTask("  " + Markup.Escape(name), maxValue: 1);
            copies[name] = bar;
        }

        bar.Value = share;
    }

    public void End()
    {
        foreach (ProgressTask bar in copies.Values.Append(step).OfType<ProgressTask>())
        {
            bar.IsIndeterminate = false;
            bar.Value = bar.MaxValue;
            bar.StopTask();
        }
    }
}
