using System.Reflection;
using InferenceServices.Testing;
using Microsoft.Extensions.Configuration;

namespace InferenceServices.Architecture.Tests;

/// <summary>The analyzer ignores symbols that do not exist: every listed symbol exists.</summary>
public sealed class BannedSymbolTests
{
    private static readonly Assembly[] Assemblies =
        [typeof(object).Assembly, typeof(Console).Assembly, typeof(HttpClient).Assembly, typeof(IConfiguration).Assembly, typeof(ConfigurationManager).Assembly, typeof(ConfigurationBinder).Assembly];

    public static TheoryData<string> Symbols
        => [.. Directory.GetFiles(Checkout.PathOf("eng"), "BannedSymbols.*.txt").SelectMany(File.ReadLines).Select(line => line.Split(';')[0])];

    [Theory]
    [MemberData(nameof(Symbols))]
    public void A_banned_symbol_exists(string symbol)
    {
        var (kind, name) = (symbol[0], symbol[2..]);
        if (kind == 'T')
        {
            Assert.NotNull(FindType(name));
            return;
        }
        var parameters = name.Contains('(', StringComparison.Ordinal) ? name[(name.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',') : [];
        var path = name.Split('(')[0];
        var type = FindType(path[..path.LastIndexOf('.')]);
        var member = path[(path.LastIndexOf('.') + 1)..];

        Assert.NotNull(type);
        Assert.Contains(
            kind == 'P' ? type.GetProperties().Where(property => property.Name == member).Select(property => property.GetIndexParameters())
                : member == "#ctor" ? type.GetConstructors().Select(constructor => constructor.GetParameters())
                : type.GetMethods().Where(method => method.Name == member).Select(method => method.GetParameters()),
            found => found.Select(parameter => parameter.ParameterType.FullName).SequenceEqual(parameters));
    }

    private static Type? FindType(string name) => Assemblies.Select(assembly => assembly.GetType(name)).OfType<Type>().FirstOrDefault();
}
