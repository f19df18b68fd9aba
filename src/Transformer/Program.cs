using InferenceServices.ModelServer.Hosting;
using InferenceServices.Transformer;

return await ModelServerProgram.RunAsync("transformer", args, TransformerHost.CreateBuilder);
