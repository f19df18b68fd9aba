using InferenceServices.Explainer;
using InferenceServices.ModelServer.Hosting;

return await ModelServerProgram.RunAsync("explainer", args, ExplainerHost.CreateBuilder);
