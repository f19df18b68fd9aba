using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using InferenceServices.RevisionFeatures;
using InferenceServices.Wikitext.Tokens;

namespace InferenceServices.ModelTools.Features;

/// <summary><c>isvc features FILE</c></summary>
internal static class FeaturesCommand
{
    // Non-ASCII text stays unescaped: the output is not for web pages.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Revisions, one JSON object per line: text, parent_text, user {anon, groups, registration}, timestamp, comment, namespace; all except text are optional. - for standard input.",
        };
        var list = new Option<string>("--list") { Description = "Feature list: reverted (9), damaging (80) or wp10 (42). Default reverted.", DefaultValueFactory = _ => "reverted" };
        list.AcceptOnlyFromAmong([.. FeatureList.ByName.Keys]);
        var tokens = new Option<bool>("--tokens") { Description = "Print the tokens of each text, as [text, type], instead of features." };
        var hunspell = new Option<string>("--hunspell_dir")
        {
            Description = "Directory of hunspell's dictionaries en_US, en_GB and en_AU, for damaging. Default /usr/share/hunspell.",
            DefaultValueFactory = _ => LanguageAssets.DefaultHunspellDirectory,
        };
        var idioms = new Option<string?>("--idioms_file") { Description = "File of English idioms, one per line, for wp10. Default: a short built-in list." };
        var command = new Command("features", "Computes revscoring's features of revisions: one JSON object per line, feature name to value.") { file, list, tokens, hunspell, idioms };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var assets = new LanguageAssets(parsed.GetRequiredValue(hunspell), parsed.GetValue(idioms));
            var features = FeatureList.ByName[parsed.GetRequiredValue(list)];
            Action<Utf8JsonWriter, RevisionInput> write = parsed.GetValue(tokens)
                ? (json, revision) => WriteTokens(json, revision, cancellationToken)
                : (json, revision) => WriteFeatures(json, features, new FeatureSolution(new RevisionSources(revision, assets, cancellationToken)));
            return RunAsync(parsed.GetRequiredValue(file), write, output, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(string file, Action<Utf8JsonWriter, RevisionInput> write, TextWriter output, CancellationToken cancellationToken)
    {
        using var reader = file == "-" ? Console.In : new StreamReader(file, Encoding.UTF8);
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, Json);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            write(json, RevisionLine.Read(line, $"{file}, line {number}"));
            json.Flush();
            await output.WriteLineAsync(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
            buffer.SetLength(0);
            json.Reset();
        }
        return 0;
    }

    private static void WriteFeatures(Utf8JsonWriter json, FeatureList features, FeatureSolution solution)
    {
        json.WriteStartObject();
        foreach (var feature in features.Features)
        {
            json.WritePropertyName(feature.FullName);
            FeatureJson.Write(json, solution.Get(feature));
        }
        json.WriteEndObject();
    }

    private static void WriteTokens(Utf8JsonWriter json, RevisionInput revision, CancellationToken cancellationToken)
    {
        var text = WikitextTokenizer.Tokenize(revision.Text ?? "", cancellationToken);
        json.WriteStartArray();
        foreach (var token in text.Tokens)
        {
            json.WriteStartArray();
            json.WriteStringValue(text.TextOf(token));
            json.WriteStringValue(token.Type.ToName());
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
