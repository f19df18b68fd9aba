using System.Text.RegularExpressions;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace InferenceServices.Testing.Blubber;

/// <summary>A Blubberfile with the keys that this project uses; other keys are rejected, as Blubber rejects unknown keys.</summary>
/// <remarks>Blubber 1.8, configuration version 4: <c>api/config.schema.json</c>, <c>config/*.go</c>.</remarks>
internal sealed partial class Blubberfile : Common
{
    public string Version { get; set; } = "";

    public Dictionary<string, Variant> Variants { get; set; } = [];

    /// <exception cref="YamlDotNet.Core.YamlException">The text is not YAML, or has a duplicate or unknown key.</exception>
    public static Blubberfile Parse(string text)
        => new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .WithDuplicateKeyChecking()
            .WithTypeConverter(new RequirementConverter())
            .Build()
            .Deserialize<Blubberfile>(text);

    /// <summary>Returns a variant merged with the file's settings and its includes; later values win, lists of packages and copies are concatenated.</summary>
    public Variant Effective(string name) => Included(name, []).Append(name).Aggregate(new Variant().With(this), (sum, part) => sum.With(Variants[part]));

    /// <summary>Returns the variants to build for a variant in order of dependency; the variant itself is last.</summary>
    /// <exception cref="InvalidOperationException">Variants copy from or include one another in a cycle.</exception>
    public IReadOnlyList<string> BuildOrder(string name)
    {
        var order = new List<string>();
        Visit(name, []);
        return order;

        void Visit(string variant, string[] path)
        {
            if (path.Contains(variant)) throw new InvalidOperationException(string.Join(" copies from ", [.. path, variant]));
            if (order.Contains(variant)) return;
            foreach (var source in Effective(variant).Sources.Select(copy => copy.From).Where(from => from != Copy.Local)) Visit(source, [.. path, variant]);
            order.Add(variant);
        }
    }

    /// <summary>Returns problems that the schema does not detect, one sentence each.</summary>
    /// <param name="exists">Returns whether the build context has a file or folder.</param>
    public IReadOnlyList<string> Problems(Func<string, bool> exists)
    {
        var problems = new List<string>();
        if (Version != "v4") problems.Add($"version should be v4, got '{Version}'");
        problems.AddRange(Variants.Keys.Where(name => !VariantName().IsMatch(name)).Select(name => $"{name} is not a valid variant name"));
        var references = Variants.SelectMany(variant => variant.Value.Includes.Concat(variant.Value.Sources.Select(copy => copy.From).Where(from => from != Copy.Local)), (variant, to) => (variant.Key, To: to));
        var dangling = references.Where(reference => !Variants.ContainsKey(reference.To)).Select(reference => $"{reference.Key} refers to {reference.To}, which is not a variant").ToList();
        if (dangling.Count > 0) return [.. problems, .. dangling];

        foreach (var name in Variants.Keys)
        {
            try
            {
                BuildOrder(name);
            }
            catch (InvalidOperationException circle)
            {
                problems.Add(circle.Message);
                continue;
            }
            var variant = Effective(name);
            if (variant.Base is null) problems.Add($"{name} has no base");
            if (variant.Lives.In is not ['/', _, ..]) problems.Add($"{name}: lives.in should be an absolute path below the root, got '{variant.Lives.In}'");
            problems.AddRange(variant.Sources.Where(copy => copy.From == Copy.Local && !exists(copy.Source)).Select(copy => $"{name} copies {copy.Source}, which does not exist"));
        }
        return problems;
    }

    // Includes of an include precede it.
    private IEnumerable<string> Included(string name, string[] path)
    {
        if (path.Contains(name)) throw new InvalidOperationException(string.Join(" includes ", [.. path, name]));
        return Variants[name].Includes.SelectMany(included => Included(included, [.. path, name]).Append(included)).Distinct();
    }

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9.-]+[a-zA-Z0-9]$")]
    private static partial Regex VariantName();
}
