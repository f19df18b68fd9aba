using System.Buffers;
using System.Text.Json;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>Finds the idioms of a list in a text, whatever their case.</summary>
/// <remarks>
/// The scan is that of flashtext 2.7's <c>extract_keywords</c>, which revscoring uses, oddities included: only ASCII letters, digits and <c>_</c> make words; an idiom that begins with
/// another character is not found right behind a word that begins none; of idioms that overlap the first counts.
/// </remarks>
public sealed class Idioms
{
    private const int Root = 0;

    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>The tree of all idioms in lower case: from a node by a character to the next. Node 0 is its root.</summary>
    private readonly Dictionary<(int Node, char Character), int> _next = [];

    /// <summary>By node, the idiom that ends there.</summary>
    private readonly List<string?> _endings = [null];

    private Idioms(IEnumerable<string> idioms)
    {
        foreach (var idiom in idioms) Add(idiom);
    }

    /// <summary>A short list of our own: some sixty that everybody knows.</summary>
    public static Idioms Common { get; } = OfResource("english_idioms.txt");

    /// <summary>Reads a list.</summary>
    /// <param name="path">
    /// A UTF-8 file with an idiom a line, or with a JSON string a line as revscoring's <c>enwiktionary_idioms.txt</c> has them. Empty lines say nothing.
    /// </param>
    /// <exception cref="InvalidDataException">A line begins like a JSON string and is none.</exception>
    public static Idioms Load(string path)
        => new(File.ReadLines(path).Select((line, index) => line.StartsWith('"') ? Unquote(line, path, index + 1) : line));

    /// <summary>The idioms in the text, one for each time, in their order; spelled as the list has them.</summary>
    /// <param name="text">Wikitext.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public IReadOnlyList<string> Matches(string text, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var characters = PythonCase.Lower(text).AsSpan();
        var node = Root;
        for (var position = 0; position < characters.Length; position++)
        {
            var character = characters[position];
            if (!WordCharacters.Contains(character))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Longest(node, characters, ref position) is { } idiom) found.Add(idiom);
                node = Root;
            }
            else if (_next.TryGetValue((node, character), out var next))
            {
                node = next;
            }
            else
            {
                node = Root;
                var toEnd = characters[(position + 1)..].IndexOfAnyExcept(WordCharacters);
                position = toEnd < 0 ? characters.Length : position + 1 + toEnd;
            }
        }
        if (_endings[node] is { } last) found.Add(last);
        return found;
    }

    /// <summary>The idiom that ends before the character that is no word's, or a longer one that goes on from there: then the position moves behind it.</summary>
    private string? Longest(int node, ReadOnlySpan<char> characters, ref int position)
    {
        var longest = _endings[node];
        var ahead = position;
        while (_next.TryGetValue((node, characters[ahead]), out node))
        {
            ahead++;
            if (_endings[node] is { } idiom && (ahead == characters.Length || !WordCharacters.Contains(characters[ahead])))
                (longest, position) = (idiom, ahead);
            if (ahead == characters.Length) break;
        }
        return longest;
    }

    private static Idioms OfResource(string name)
    {
        using var reader = new StreamReader(typeof(Idioms).Assembly.GetManifestResourceStream(name)!);
        return new Idioms(reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Add(string idiom)
    {
        if (idiom.Length == 0) return;
        var node = Root;
        foreach (var character in PythonCase.Lower(idiom))
        {
            if (!_next.TryGetValue((node, character), out var next))
            {
                next = _endings.Count;
                _endings.Add(null);
                _next.Add((node, character), next);
            }
            node = next;
        }
        _endings[node] = idiom;
    }

    private static string Unquote(string line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(line) ?? "";
        }
        catch (JsonException)
        {
            throw new InvalidDataException($"Line {number} of {path} is no JSON string.");
        }
    }
}
