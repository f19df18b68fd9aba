namespace InferenceServices.RevisionFeatures.Families;

/// <summary>Feature of the namespace of the page.</summary>
internal static class PageFeatures
{
    private const int Main = 0;
    private const int Draft = 118;

    public static readonly Feature IsArticleish = InNamespace("revision.page.is_articleish", Main, Draft);

    public static readonly Feature IsMainspace = InNamespace("revision.page.is_mainspace", Main);

    public static readonly Feature IsDraftspace = InNamespace("revision.page.is_draftspace", Draft);

    private static Feature InNamespace(string name, params int[] namespaces)
        => new(name, FeatureType.Bool, sources => namespaces.Contains(sources.Input.Namespace) ? 1 : 0);
}
