using System.Xml.Linq;

namespace VolMgr.House.Tests;

/// <summary>Dependencies point downwards only: the order of the rooms is the one drawn in the README.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly string[] RoomsTopDown =
    [
        "VolMgr.Cli", "VolMgr.Proof", "VolMgr.Commands", "VolMgr.Movers", "VolMgr.Migration", "VolMgr.Nbd",
        "VolMgr.Volumes", "VolMgr.Arrays", "VolMgr.Simulation", "VolMgr.Blocks",
    ];

    [Fact]
    public void Every_project_is_a_known_room()
    {
        foreach (string project in Repository.Projects)
        {
            Assert.Contains(Path.GetFileNameWithoutExtension(project), RoomsTopDown);
        }
    }

    [Fact]
    public void Project_references_point_downwards_only()
    {
        foreach (string project in Repository.Projects)
        {
            int room = Array.IndexOf(RoomsTopDown, Path.GetFileNameWithoutExtension(project));
            foreach (XElement reference in XDocument.Load(project).Descendants("ProjectReference"))
            {
                string target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value);
                Assert.True(
                    Array.IndexOf(RoomsTopDown, target) > room,
                    $"{Path.GetFileName(project)} must not reference {target}: references point downwards");
            }
        }
    }
}
