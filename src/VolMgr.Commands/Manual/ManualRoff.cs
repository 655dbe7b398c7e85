using System.Text;

namespace VolMgr.Commands.Manual;

/// <summary>A manual page in the language of man(7).</summary>
internal static class ManualRoff
{
    /// <summary>The whole page.</summary>
    public static string Of(ManualPage page)
    {
        StringBuilder text = new();
        text.Append(".TH ").Append(page.Name.ToUpperInvariant()).Append(' ').Append(ManualPage.Volume)
            .Append(" \"\" \"VolMgr\" \"Volume management\"\n.nh\n");
        text.Append(".SH NAME\n").Append(Escape(page.Name)).Append(" \\- ").Append(Escape(page.Summary)).Append('\n');
        foreach (ManualSection section in page.Sections)
        {
            text.Append(".SH ").Append(section.Title.ToUpperInvariant()).Append('\n');
            foreach (ManualBlock block in section.Blocks)
            {
                Append(text, block);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ManualBlock block)
    {
        switch (block)
        {
            case ManualBlock.Paragraph paragraph:
                text.Append(".PP\n").Append(Escape(paragraph.Text)).Append('\n');
                break;
            case ManualBlock.Entry { Text: "" } line:
                text.Append(".HP 4\n").Append(Escape(line.Term)).Append('\n');
                break;
            case ManualBlock.Entry entry:
                text.Append(".TP\n\\fB").Append(Escape(entry.Term)).Append("\\fR\n")
                    .Append(Escape(entry.Text)).Append('\n');
                break;
            case ManualBlock.Literal literal:
                text.Append(".PP\n.nf\n.RS 4\n");
                foreach (string line in literal.Lines)
                {
                    text.Append(Escape(line)).Append('\n');
                }

                text.Append(".RE\n.fi\n");
                break;
        }
    }

    /// <summary>Backslashes and hyphens as themselves; a line that begins with a control character is not one of
    /// man(7).</summary>
    private static string Escape(string text)
    {
        string plain = text.Replace("\\", "\\e", StringComparison.Ordinal)
            .Replace("-", "\\-", StringComparison.Ordinal);
        return plain.StartsWith('.') || plain.StartsWith('\'') ? "\\&" + plain : plain;
    }
}
