using System.Text;

namespace VolMgr.Commands.Manual;

/// <summary>A manual page as plain text of 80 columns.</summary>
internal static class ManualText
{
    private const int Width = 80;
    private const int Margin = 4;

    /// <summary>The whole page.</summary>
    public static string Of(ManualPage page)
    {
        StringBuilder text = new();
        text.Append(page.Name).Append(" - ").Append(page.Summary).Append('\n');
        foreach (ManualSection section in page.Sections)
        {
            text.Append('\n').Append(section.Title.ToUpperInvariant()).Append('\n');
            bool isFirst = true;
            foreach (ManualBlock block in section.Blocks)
            {
                if (!isFirst && block is not ManualBlock.Entry { Text: "" })
                {
                    text.Append('\n');
                }

                Append(text, block);
                isFirst = false;
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ManualBlock block)
    {
        switch (block)
        {
            case ManualBlock.Paragraph paragraph:
                Fill(text, paragraph.Text, Margin, Margin);
                break;
            case ManualBlock.Entry entry:
                Fill(text, entry.Term, Margin, 2 * Margin);
                Fill(text, entry.Text, 2 * Margin, 2 * Margin);
                break;
            case ManualBlock.Literal literal:
                foreach (string line in literal.Lines)
                {
                    text.Append(' ', 2 * Margin).Append(line).Append('\n');
                }

                break;
        }
    }

    private static void Fill(StringBuilder text, string words, int first, int rest)
    {
        int column = 0;
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', rest);
                column = rest;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }
            else
            {
                text.Append(' ', first);
                column = first;
            }

            text.Append(word);
            column += word.Length;
        }

        if (column > 0)
        {
            text.Append('\n');
        }
    }
}
