namespace InferenceServices.ModelTools.Convert.Pickles;

/// <summary>The name of a class or function. It is never resolved.</summary>
/// <param name="Module">Python module, such as <c>sklearn.ensemble._forest</c>.</param>
/// <param name="Name">Name in the module.</param>
internal sealed record PickleClass(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";

    /// <summary>Returns whether the class is in a package, or in a module of it. Libraries move classes between modules, not between packages.</summary>
    public bool IsIn(string package) => Module == package || (Module.StartsWith(package, StringComparison.Ordinal) && Module[package.Length] == '.');
}
