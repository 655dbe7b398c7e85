using System.Net;
using System.Text;

namespace VolMgr.Cli.Comparing;

/// <summary>A drawing inside an HTML page: what a chart is made of, with a name and a description for those who do not
/// see it.</summary>
internal sealed class SvgDrawing(string id, string title, string description, double height)
{
    /// <summary>All drawings are so wide, in units of their own.</summary>
    public const double Width = 960;

    private readonly StringBuilder body = new();

    /// <summary>A bar; its tip is told when a pointer rests on it.</summary>
    public void Bar(string kind, double left, double top, double width, double barHeight, string tip) =>
        Add(CompareUnits.Text(
            $"<rect class=\"{kind}\" x=\"{left:F1}\" y=\"{top:F1}\" width=\"{Math.Max(width, 1.5):F1}\"")
            + CompareUnits.Text($" height=\"{barHeight:F1}\"><title>{Encode(tip)}</title></rect>"));

    /// <summary>Words that begin, end or are centred at a point.</summary>
    public void Words(double x, double y, string words, string anchor = "start", string kind = "") =>
        Add(CompareUnits.Text(
            $"<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\">{Encode(words)}</text>"));

    /// <summary>A straight line.</summary>
    public void Line(string kind, double x1, double y1, double x2, double y2) =>
        Add(CompareUnits.Text(
            $"<line class=\"{kind}\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>"));

    /// <summary>A line through points, each of them a dot.</summary>
    public void Curve(string kind, (double X, double Y)[] points)
    {
        Add($"<polyline class=\"curve {kind}\" points=\"{Points(points)}\"/>");
        Array.ForEach(points, point => Add(CompareUnits.Text(
            $"<circle class=\"{kind}\" cx=\"{point.X:F1}\" cy=\"{point.Y:F1}\" r=\"4\"/>")));
    }

    /// <summary>What the colours mean, in a row.</summary>
    public void Legend(double y, params (string Kind, string Meaning)[] entries)
    {
        double x = 0;
        foreach ((string kind, string meaning) in entries)
        {
            Bar(kind, x, y - 11, 12, 12, meaning);
            Words(x + 18, y, meaning);
            x += 44 + (meaning.Length * 7);
        }
    }

    /// <summary>The drawing as part of a page.</summary>
    public string Write() => CompareUnits.Text(
        $"<svg role=\"img\" aria-labelledby=\"{id}-title {id}-about\" viewBox=\"0 0 {Width:F0} {height:F0}\">\n")
        + $"<title id=\"{id}-title\">{Encode(title)}</title>\n<desc id=\"{id}-about\">{Encode(description)}</desc>\n"
        + $"{body}</svg>\n";

    private void Add(string element) => body.Append(element).Append('\n');

    private static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => CompareUnits.Text($"{point.X:F1},{point.Y:F1}")));

    private static string Encode(string words) => WebUtility.HtmlEncode(words);
}
