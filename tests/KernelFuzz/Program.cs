using InferenceServices.KernelFuzz;

// See scripts/fuzz-kernels.
return args switch
{
    ["worker"] => Worker.Run(Console.In, Console.Out),
    ["run", var kind, var results, .. var folders] when Enum.TryParse<CaseKind>(kind, ignoreCase: true, out var parsed) => Campaign.Run(parsed, results, folders),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: KernelFuzz run empty|values RESULTS.tsv FOLDER…");
    return 2;
}
