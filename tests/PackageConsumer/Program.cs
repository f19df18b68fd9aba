using InferenceServices.Client;
using InferenceServices.Configuration;
using InferenceServices.Inference;
using InferenceServices.ModelServer.Hosting;
using Iris;

return await ModelServerProgram.RunAsync("iris", args, static args =>
{
    var builder = ModelServerBuilder.Create(args)
        .AddModelServer()
        .AddInferenceService<IrisTransformer>()
        .AddPredictorClient()
        .AddInference();
    builder.AddSwitchOptions<IrisOptions>().ValidateOnStart();
    return builder;
});
