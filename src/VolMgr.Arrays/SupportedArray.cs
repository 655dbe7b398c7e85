namespace VolMgr.Arrays;

/// <summary>An array that is supported, as `vxddladm listsupport` shows it.</summary>
/// <param name="LibraryName">The support library.</param>
/// <param name="Vendor">Vendor.</param>
/// <param name="Product">Products.</param>
/// <param name="ArrayType">How its paths behave.</param>
/// <param name="ArrayName">Type of its enclosures.</param>
public sealed record SupportedArray(
    string LibraryName, string Vendor, string Product, string ArrayType, string ArrayName);
