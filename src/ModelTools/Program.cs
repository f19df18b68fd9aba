return InferenceServices.ModelTools.IsvcProgram.Run(args, Console.Out, Console.Error);
