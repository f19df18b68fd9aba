using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace InferenceServices.Configuration.Generator;

/// <summary>Writes names and texts as C#.</summary>
internal static class Names
{
    /// <summary>Returns a type's name from the global namespace.</summary>
    public static string Global(INamedTypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>Returns the declaration of a type's namespace; empty for the global namespace.</summary>
    public static string Namespace(ISymbol type) => type.ContainingNamespace.IsGlobalNamespace ? "" : $"namespace {type.ContainingNamespace.ToDisplayString()};";

    /// <summary>Returns a text as a string literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
