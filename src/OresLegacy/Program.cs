using InferenceServices.OresLegacy.Hosting;

return await OresLegacyProgram.RunAsync(args);
