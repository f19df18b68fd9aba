using System.Text.RegularExpressions;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace InferenceServices.Testing.Blubber;

/// <summary>A Blubberfile with the keys this project uses; any other is refused, as Blubber refuses what it does not know.</summary>
/// <remarks>Blubber 1.8, configuration version 4: <c>api/config.schema.json</c>, <c>config/*.go</c>.</remarks>
internal sealed partial class Blubberfile : Common
{
    public string Version { get; set; } = "";

    public Dictionary<string, Variant> Variants { get; set; } = [];

    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML, or has a key twice or one that is not known.</exception>
    public static Blubberfile Parse(string text)
        => new DeserializerBuilder()
            .WithNamingConvention(HyphenatedNamingConvention.Instance)
            .WithDuplicateKeyChecking()
            .WithTypeConverter(new RequirementConverter())
            .Build()
            .Deserialize<Blubberfile>(text);

    /// <summary>A variant with the file's own settings and all it includes; later ones win, lists of packages and copies grow.</summary>
    public Variant Effective(string name) => Included(name, []).Append(name).Aggregate(new Variant().With(this), (sum, part) => sum.With(Variants[part]));

    /// <summary>What has to be built for a variant, each after what it copies from; the variant is the last.</summary>
    /// <exception cref="InvalidOperationException">Variants copy from one another, or include one another, in a circle.</exception>
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

    /// <summary>What is wrong beyond the schema and unknown keys, a sentence each.</summary>
    /// <param name="exists">Whether the build context has a file or folder.</param>
    public IReadOnlyList<string> Problems(Func<string, bool> exists)
    {
        var problems = new List<string>();
        if (Version != "v4") problems.Add($"version should be v4, got '{Version}'");
        problems.AddRange(Variants.Keys.Where(name => !VariantName().IsMatch(name)).Select(name => $"{name} is no name for a variant"));
        var references = Variants.SelectMany(variant => variant.Value.Includes.Concat(variant.Value.Sources.Select(copy => copy.From).Where(from => from != Copy.Local)), (variant, to) => (variant.Key, To: to));
        var dangling = references.Where(reference => !Variants.ContainsKey(reference.To)).Select(reference => $"{reference.Key} refers to {reference.To}, which is no variant").ToList();
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

    // Those included by an included one come before it.
    private IEnumerable<string> Included(string name, string[] path)
    {
        if (path.Contains(name)) throw new InvalidOperationException(string.Join(" includes ", [.. path, name]));
        return Variants[name].Includes.SelectMany(included => Included(included, [.. path, name]).Append(included)).Distinct();
    }

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9.-]+[a-zA-Z0-9]$")]
    private static partial Regex VariantName();
}
