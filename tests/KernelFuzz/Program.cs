using InferenceServices.KernelFuzz;

// See scripts/fuzz-kernels.
return args switch
{
    ["worker", .. var rest] => Worker.Run(Console.In, Console.Out, rest is ["guarded"]),
    ["run" or "guarded", var kind, var results, .. var folders] when Enum.TryParse<CaseKind>(kind, ignoreCase: true, out var parsed) => Campaign.Run(parsed, args[0] == "guarded", results, folders),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: KernelFuzz run|guarded empty|shapes|values RESULTS.tsv FOLDER…");
    return 2;
}
