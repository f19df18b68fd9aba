using InferenceServices.ModelServer.Hosting;
using InferenceServices.Predictor;

return await ModelServerProgram.RunAsync("predictor", args, PredictorHost.CreateBuilder);
