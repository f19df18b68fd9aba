using System.Buffers;
using System.Text.Json;
using InferenceServices.Wikitext.Characters;

namespace InferenceServices.Wikitext.English;

/// <summary>Finds the idioms of a list in a text; case-insensitive.</summary>
/// <remarks>
/// Same result as <c>extract_keywords</c> of flashtext 2.7, which revscoring uses: only ASCII letters, digits and <c>_</c> are word characters; an idiom that starts with
/// another character is not found directly after a word that starts no idiom; of overlapping idioms the first counts.
/// </remarks>
public sealed class Idioms
{
    private const int Root = 0;

    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Trie of all idioms in lower case: next node by node and character. Node 0 is the root.</summary>
    private readonly Dictionary<(int Node, char Character), int> _next = [];

    /// <summary>Idiom that ends at a node.</summary>
    private readonly List<string?> _endings = [null];

    private Idioms(IEnumerable<string> idioms)
    {
        foreach (var idiom in idioms) Add(idiom);
    }

    /// <summary>Built-in list of about sixty common idioms.</summary>
    public static Idioms Common { get; } = OfResource("english_idioms.txt");

    /// <summary>Loads a list.</summary>
    /// <param name="path">
    /// A UTF-8 file with one idiom per line, plain or as a JSON string like revscoring's <c>enwiktionary_idioms.txt</c>. Empty lines are ignored.
    /// </param>
    /// <exception cref="InvalidDataException">A line starts with a quote but is not a JSON string.</exception>
    public static Idioms Load(string path)
        => new(File.ReadLines(path).Select((line, index) => line.StartsWith('"') ? Unquote(line, path, index + 1) : line));

    /// <summary>Returns all occurrences of idioms in order, with the spelling of the list.</summary>
    /// <param name="text">Wikitext to search.</param>
    /// <param name="cancellationToken">Token to cancel the operation.</param>
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

    /// <summary>Returns the idiom that ends before a non-word character, or a longer idiom that continues there and moves the position to its end.</summary>
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
            throw new InvalidDataException($"Line {number} of {path} is not a JSON string.");
        }
    }
}
