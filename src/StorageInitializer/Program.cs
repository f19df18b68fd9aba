using System.Collections;
using InferenceServices.StorageInitializer;

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
return await InitializerProgram.RunAsync(args, new StorageEnvironment(environment), Console.Out, Console.Error, CancellationToken.None);
