namespace VolMgr.Proof.Museum;

/// <summary>Every bug of the catalogue that is built into our engine.</summary>
internal static class MuseumCatalogue
{
    /// <summary>All of them, room by room.</summary>
    public static IReadOnlyList<Exhibit> All { get; } =
    [
        .. OrderRoom.Exhibits, .. GeometryRoom.Exhibits, .. DurabilityRoom.Exhibits, .. SwitchRoom.Exhibits,
    ];

    /// <summary>The one of that id, or null.</summary>
    public static Exhibit? Find(string id) =>
        All.FirstOrDefault(exhibit => exhibit.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
}
