namespace InferenceServices.ModelTools.Convert.Sklearn;

/// <summary>A model of scikit-learn.</summary>
/// <param name="Description">Class names, such as <c>RobustScaler, GradientBoostingClassifier</c>.</param>
/// <param name="FeatureNames">Feature names; their number is the number of features.</param>
/// <param name="Steps">Scalers and imputers in order.</param>
/// <param name="Estimator">The last step; null if it is a scaler.</param>
internal sealed record SklearnModel(string Description, string[] FeatureNames, IReadOnlyList<PreprocessingStep> Steps, SklearnEstimator? Estimator);

/// <summary>A classifier or regressor.</summary>
/// <param name="Link">Transformation of the sums.</param>
/// <param name="Sums">Number of sums.</param>
/// <param name="Classes">Classes; null for a regressor.</param>
internal abstract record SklearnEstimator(SklearnLink Link, int Sums, SklearnClasses? Classes);

/// <summary>A tree ensemble. Steps before it are part of its thresholds.</summary>
/// <param name="Trees">The trees.</param>
/// <param name="Count">Number of trees of the model; the table can have copies.</param>
/// <param name="Link">See <see cref="SklearnEstimator"/>.</param>
/// <param name="Sums">See <see cref="SklearnEstimator"/>.</param>
/// <param name="Classes">See <see cref="SklearnEstimator"/>.</param>
internal sealed record SklearnTrees(TreeTable Trees, int Count, SklearnLink Link, int Sums, SklearnClasses? Classes) : SklearnEstimator(Link, Sums, Classes);

/// <summary>A linear model.</summary>
/// <param name="Weights">Shape [features, sums].</param>
/// <param name="Intercepts">Shape [sums].</param>
/// <param name="Link">See <see cref="SklearnEstimator"/>.</param>
/// <param name="Sums">See <see cref="SklearnEstimator"/>.</param>
/// <param name="Classes">See <see cref="SklearnEstimator"/>.</param>
internal sealed record SklearnLinear(double[] Weights, double[] Intercepts, SklearnLink Link, int Sums, SklearnClasses? Classes) : SklearnEstimator(Link, Sums, Classes);
