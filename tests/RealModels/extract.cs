// Writes the resources of an assembly to a folder: dotnet run extract.cs ASSEMBLY FOLDER. The assembly is loaded, but none of its code runs.
#:property PublishAot=false
using System.Reflection;

var assembly = Assembly.LoadFrom(Path.GetFullPath(args[0]));
foreach (var name in assembly.GetManifestResourceNames())
{
    using var resource = assembly.GetManifestResourceStream(name)!;
    using var file = File.Create(Path.Combine(args[1], name));
    resource.CopyTo(file);
}
