using System.Globalization;

namespace InferenceServices.RevisionFeatures;

/// <summary>Reads names of derived features: <c>log((a + 1))</c>, <c>(a / max(b, 1))</c>. revscoring names a feature by its computation unless it has a name of its own.</summary>
internal static class FeatureExpression
{
    private const int MaxLength = 2_000;
    private const int MaxDepth = 16;

    /// <summary>Creates the feature of a name.</summary>
    /// <param name="name">Name without the prefix <c>feature.</c></param>
    /// <param name="findNamed">Finds a feature by its name without prefix; null: unknown.</param>
    /// <returns>Null if the name is not an expression, or contains an unknown feature.</returns>
    public static Feature? TryParse(string name, Func<string, Feature?> findNamed) => name.Length > MaxLength ? null : Parse(name, findNamed, 0)?.Feature;

    // A feature or a number.
    private readonly record struct Operand(Feature? Feature, double Number)
    {
        public bool IsFloat => Feature is null ? !double.IsInteger(Number) : Feature.Type == FeatureType.Float;

        public double ValueOf(FeatureSolution solution) => Feature is null ? Number : solution.ValueOf(Feature);
    }

    private static Operand? Parse(string name, Func<string, Feature?> findNamed, int depth)
    {
        if (depth == MaxDepth) return null;
        if (double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return new Operand(null, number);
        if (findNamed(name) is { } known) return new Operand(known, 0);
        if (!name.EndsWith(')')) return null;
        if (name.StartsWith("log(", StringComparison.Ordinal)) return Parse(name[4..^1], findNamed, depth + 1)?.Feature is { } inner ? new Operand(Feature.Log(inner), 0) : null;
        if (name.StartsWith("max(", StringComparison.Ordinal)) return Combine(name, name[4..^1], ", ", (left, right) => left > right ? left : right, findNamed, depth);
        if (name.StartsWith("min(", StringComparison.Ordinal)) return Combine(name, name[4..^1], ", ", (left, right) => left < right ? left : right, findNamed, depth);
        if (!name.StartsWith('(')) return null;
        var body = name[1..^1];
        return Combine(name, body, " + ", (left, right) => left + right, findNamed, depth)
            ?? Combine(name, body, " - ", (left, right) => left - right, findNamed, depth)
            ?? Combine(name, body, " * ", (left, right) => left * right, findNamed, depth)
            ?? Combine(name, body, " / ", (left, right) => left / right, findNamed, depth);
    }

    private static Operand? Combine(string name, string body, string sign, Func<double, double, double> operation, Func<string, Feature?> findNamed, int depth)
    {
        if (Split(body, sign) is not { } at) return null;
        if (Parse(body[..at], findNamed, depth + 1) is not { } left || Parse(body[(at + sign.Length)..], findNamed, depth + 1) is not { } right) return null;
        Feature[] parts = [.. new[] { left.Feature, right.Feature }.OfType<Feature>()];
        if (parts.Length == 0) return null;
        // As in revscoring, quotients, maxima and minima are floats.
        var isInt = sign is not (" / " or ", ") && !left.IsFloat && !right.IsFloat;
        return new Operand(new Feature(name, isInt ? FeatureType.Int : FeatureType.Float, solution => operation(left.ValueOf(solution), right.ValueOf(solution)), parts), 0);
    }

    // The only place of a sign outside of brackets; more than one is not revscoring's form, which has brackets around each operation.
    private static int? Split(string text, string sign)
    {
        var (depth, place) = (0, (int?)null);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\'')
            {
                index = text.IndexOf('\'', index + 1);
                if (index < 0) return null;
            }
            else if (text[index] is '(' or '{' or '[' or '<') depth++;
            else if (text[index] is ')' or '}' or ']' or '>') depth--;
            else if (depth == 0 && string.CompareOrdinal(text, index, sign, 0, sign.Length) == 0)
            {
                if (place is not null) return null;
                place = index;
            }
        }
        return place;
    }
}
