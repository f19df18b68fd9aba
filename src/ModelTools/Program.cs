return InferenceServices.ModelTools.CommandLine.Run(args, Console.Out, Console.Error);
