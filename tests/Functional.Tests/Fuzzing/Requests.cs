using FsCheck;
using FsCheck.Fluent;
using TestData = InferenceServices.Testing.TestData;

namespace InferenceServices.Functional.Tests.Fuzzing;

/// <summary>Generates mutated requests.</summary>
public static class Requests
{
    private static readonly (string Path, string Body)[] Good =
    [
        ("/v1/models/fixed:predict", """{"instances":[[1,2,3],[4,5,6]]}"""),
        ("/v1/models/free:predict", """{"instances":[{"x":[1,2]},{"x":[3,4]}],"parameters":{"a":1}}"""),
        ("/v1/models/mixed:predict", """{"inputs":{"prices":[[1.5,2.5],[1,1]],"count":[2,1],"member":[true,false]}}"""),
        ("/v1/models/mixed:predict", """{"instances":[{"prices":[1.5,2.5],"count":2,"member":true},{"prices":[1,1],"count":1,"member":false}]}"""),
        ("/v1/models/string-input:predict", """{"instances":["a",{"b64":"YWJj"},"é"],"signature_name":"x"}"""),
        ("/v1/models/scalar:predict", """{"inputs":2}"""),
        ("/v1/models/tree-ensemble:predict", """{"instances":[[5.1,3.5,1.4,0.2],[5.9,3.2,4.8,1.8]]}"""),
        ("/v1/models/tree-ensemble:explain", """{"instances":[[5.1,3.5,1.4,0.2]]}"""),
        ("/v1/models/fixed:predict", """{"specversion":"1.0","id":"1","type":"a.b","source":"/c","time":"2026-01-01T00:00:00Z","data":{"instances":[[1,2,3],[4,5,6]]}}"""),
        ("/v2/models/free/infer", """{"id":"1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"a":1.5},"data":[[1,2],[3,4]]}],"outputs":[{"name":"y"}]}"""),
        ("/v2/models/mixed/infer", """{"inputs":[{"name":"prices","shape":[1,2],"datatype":"FP32","data":[1.5,2.5]},{"name":"count","shape":[1],"datatype":"INT64","data":[2]},{"name":"member","shape":[1],"datatype":"BOOL","data":[true]}],"parameters":{"binary_data_output":true}}"""),
        ("/v2/models/string-input/infer", """{"inputs":[{"name":"text","shape":[2],"datatype":"BYTES","data":["a","é\n"]}],"outputs":[{"name":"id","parameters":{"binary_data":true}},{"name":"language","parameters":{"binary_data":false}}]}"""),
        ("/v2/models/iris-mlp/infer", """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"probabilities","parameters":{"classification":2}}]}"""),
        ("/v2/models/versioned/versions/1/infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],"parameters":{"priority":1,"timeout":9000000}}"""),
        ("/v2/models/scalar/infer", """{"inputs":[{"name":"x","shape":[],"datatype":"FP32","data":[1]}]}"""),
        ("/v2/models/datatypes/infer", Datatypes()),
        ("/v2/repository/index", """{"ready":true}"""),
        ("/v2/repository/models/versioned/load", """{"parameters":{"config":"{}","unload_dependents":true}}"""),
        ("/v1/models/enwiki-reverted:predict", OfFeatures),
        ("/v1/models/enwiki-reverted:explain", $$$"""{"explain":{"method":"tree_shap","top_k":3,"interactions":true,"counterfactual":true},"rev_id":1,{{{Features}}}}"""),
        ("/v1/models/enwiki-reverted:predict", $$$"""{"event":{{{RevisionCreate}}},"extended_output":true,{{{Features}}}}"""),
        ("/v1/models/enwiki-reverted:predict", $$$"""{"event":{{{PageChange}}},{{{Features}}}}"""),
        .. TestData.HasLangIdModel ? OfLangId : [],
        .. TestData.HasOutlinkTopicModel ? OfOutlinkTopic : [],
    ];

    /// <summary>A request for enwiki-reverted that needs no wiki.</summary>
    internal const string OfFeatures = $$"""{"rev_id":1,{{Features}}}""";

    // All features of the model: no call to a wiki is needed.
    private const string Features = """
        "features":{"feature.wikitext.revision.diff.longest_repeated_char_added":8,"feature.wikitext.revision.diff.words_added":7,"feature.wikitext.revision.diff.words_removed":6,"feature.english.badwords.revision.diff.match_prop_delta_sum":3,"feature.english.informals.revision.diff.match_prop_delta_sum":1,"feature.english.stopwords.revision.diff.non_stopword_prop_delta_sum":4,"feature.revision.user.is_anon":true,"feature.revision.user.in_group({'bot', 'sysop'})":false,"feature.temporal.revision.user.seconds_since_registration":0}
        """;

    private const string PageChange = """
        {"$schema":"/mediawiki/page/change/1.3.0","changelog_kind":"update","page_change_kind":"edit","wiki_id":"enwiki","dt":"2025-10-29T11:05:00Z","meta":{"domain":"en.wikipedia.org","stream":"s","id":"1","dt":"2025-10-29T11:05:00Z","uri":"https://en.wikipedia.org/wiki/A"},"page":{"page_id":7,"page_title":"A","namespace_id":0,"is_redirect":false},"performer":{"user_text":"U","groups":["user"],"is_bot":false},"prior_state":{"revision":{"rev_id":4}},"revision":{"rev_id":5,"rev_dt":"2025-10-29T11:05:00Z","rev_parent_id":4,"content_slots":{"main":{"slot_role":"main"}}}}
        """;

    private const string RevisionCreate = """
        {"$schema":"/mediawiki/revision/create/1.1.0","database":"enwiki","meta":{"domain":"en.wikipedia.org","id":"1","stream":"s"},"page_id":7,"page_title":"T","page_namespace":0,"page_is_redirect":false,"performer":{"user_text":"U","user_groups":["*"],"user_is_bot":false},"rev_id":124,"rev_parent_id":122,"rev_timestamp":"2020-06-10T18:56:00Z"}
        """;

    // Wrong types, limits of each number type, JSON that parsers treat differently, deep and long values, and invalid JSON.
    private static readonly string[] Tokens =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "2", "1.5", "1e5", "1e400", "-1e400", "1e-400", "0.1e1", "127", "128", "255", "256", "65535", "65536", "2147483647",
        "2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "123456789012345678901234567890123456789012345678901234567890", "3.5e38", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10",
        "\"\"", "\"x\"", "\"FP32\"", "\"fp32\"", "\"FP16\"", "\"BF16\"", "\"BYTES\"", "\"INT64\"", "\"UINT64\"", "\"BOOL\"", "\"NaN\"", "\"Infinity\"", "\"\\ud800\"", "\"\\u0000\"", "\"a\\nb\"", "\"{name}\"",
        "\"1\"", "\"../..\"", "[]", "{}", "[[]]", "[{}]", "[1,2]", "[1,[2]]", "[null]", "[true]", "[\"a\"]", "{\"b64\":\"YWJj\"}", "{\"b64\":\"!\"}", "{\"b64\":5}", "{\"binary_data_size\":4}", "{\"binary_data_size\":-1}",
        "{\"binary_data_size\":2147483647}", "{\"classification\":1}", "{\"classification\":2147483647}", "{\"classification\":-1}", "{\"triton_x\":1}", "{\"shared_memory_region\":\"x\"}", "{\"timeout\":0}", "{\"timeout\":1}",
        "{\"timeout\":-1}", "{\"a\":{\"b\":1}}", "{\"a\":[1]}", "{\"a\":null}", "{\"\":1}", "{\"\\ud800\":1}", "{\"inputs\":[]}", "{\"instances\":[]}", "[0,4611686018427387904]", "[4611686018427387904,4]", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
        "\"", "{", "[", "]", "}", ",", ":", "tru", "//", "'x'", "\u0000", "\ufeff",
        new('[', 70), new('[', 99), new('[', 200), $"{new string('[', 90)}{new string(']', 90)}", $"{new string('[', 120)}1{new string(']', 120)}", $"\"{new string('é', 50_000)}\"", $"[{string.Join(',', Enumerable.Repeat("1", 5_000))}]",
        new('9', 5_000), $"0.{new string('0', 5_000)}1", $"1e{new string('9', 500)}",
    ];

    private static (string Path, string Body)[] OfLangId =>
    [
        ("/v1/models/langid:predict", """{"text":"Some random text in any language"}"""),
        ("/v2/models/langid/infer", """{"inputs":[{"name":"input","shape":[2],"datatype":"BYTES","data":["{\"text\":\"one\"}","{\"text\":\"two\"}"]}]}"""),
        ("/v1/models/langid:explain", """{"text":"Some random text","explain":{"method":"kernel_shap","samples":9,"seed":1,"top_k":2,"label":"en","unit":"word","deadline_ms":500}}"""),
        ("/v2/models/langid-explainer/infer", """{"inputs":[{"name":"input","shape":[1],"datatype":"BYTES","data":["{\"text\":\"one two\"}"]}]}"""),
    ];

    private static (string Path, string Body)[] OfOutlinkTopic =>
    [
        ("/v1/models/outlink-topic-model:predict", """{"lang":"en","page_title":"Kenya","threshold":0.5,"revision_id":5,"debug":false,"features_str":"Q114 Q1036 Q924"}"""),
        ("/v1/models/outlink-topic-model:predict", """{"wiki_id":"enwiki","page_id":7}"""),
        ("/v1/models/outlink-topic-model:predict", $$$"""{"event":{{{PageChange}}},"features_str":"Q114 Q1036 Q924"}"""),
        ("/v1/models/outlink-topic-model:explain", """{"lang":"en","page_id":7,"features_str":"Q114 Q1036 Q924","explain":{"method":"leave_one_out","label":"Geography.Regions.Africa.Africa*","deadline_ms":500}}"""),
        ("/v2/models/outlink-topic-model/infer", """{"inputs":[{"name":"input","shape":[1],"datatype":"BYTES","data":["{\"lang\":\"en\",\"page_id\":7,\"features_str\":\"Q114\"}"]}]}"""),
    ];

    private static Gen<Mutation> Mutations =>
        from place in Gen.Choose(0, 60)
        from kind in Gen.Elements(Enum.GetValues<MutationKind>())
        from token in Gen.Elements(Tokens)
        select new Mutation(place, kind, token);

    /// <summary>FsCheck finds this generator by its return type.</summary>
    public static Arbitrary<MutatedRequest> OfMutations() => Arb.From(
        from good in Gen.Elements(Good)
        from count in Gen.Elements(1, 1, 1, 2, 3)
        from mutations in Mutations.ListOf(count)
        select new MutatedRequest(good.Path, good.Body, [.. mutations]),
        Shorter);

    private static IEnumerable<MutatedRequest> Shorter(MutatedRequest request)
        => request.Mutations.Count == 1 ? [] : request.Mutations.Select((_, i) => request with { Mutations = [.. request.Mutations.Where((_, j) => j != i)] });

    private static string Datatypes()
    {
        string[] kinds = ["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "fp32", "fp64", "bytes"];
        var data = kinds.Select(kind => kind switch { "bool" => "true", "bytes" => "\"a\"", _ => "1" });
        var inputs = kinds.Zip(data, (kind, one) => $$"""{"name":"{{kind}}_in","shape":[2],"datatype":"{{kind.ToUpperInvariant()}}","data":[{{one}},{{one}}]}""");
        const string Halves = """{"name":"fp16_in","shape":[0],"datatype":"FP16","data":[]},{"name":"bf16_in","shape":[0],"datatype":"BF16","data":[]}""";
        return $$$"""{"inputs":[{{{string.Join(',', inputs)}}},{{{Halves}}}],"parameters":{"binary_data_output":true}}""";
    }
}
