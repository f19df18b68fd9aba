namespace InferenceServices.ModelTools.Tests;

/// <summary>Writes a small model of revscoring by hand.</summary>
internal static class PickledBoosting
{
    /// <summary>Returns a model of revscoring with the feature x.</summary>
    public static byte[] Model(Action<PickleBuilder>? estimator, Action<PickleBuilder>? feature = null, Action<PickleBuilder>? info = null)
    {
        var pickle = PickleBuilder.Protocol().Object("revscoring.scoring.models.gradient_boosting", "GradientBoosting");
        pickle.Text("features");
        (feature ?? (builder => builder.Object("revscoring.features.feature", "Feature").Text("name").Text("x").EndState()))(pickle);
        pickle.Op(0x85).Text("estimator");
        (estimator ?? Estimator)(pickle);
        pickle.Text("version").Text("1").Text("info");
        (info ?? (builder => builder.Op('N')))(pickle);
        return pickle.EndState().Stop();
    }

    public static void Estimator(PickleBuilder pickle) => Estimator(pickle, Tree);

    /// <summary>Writes an estimator of two classes.</summary>
    /// <param name="pickle">The pickle.</param>
    /// <param name="tree">Writes its only tree.</param>
    /// <param name="init">Writes <c>init_</c>; null: zero.</param>
    /// <param name="module">Module of the class.</param>
    /// <param name="loss">Loss.</param>
    public static void Estimator(PickleBuilder pickle, Action<PickleBuilder> tree, Action<PickleBuilder>? init = null, string module = "sklearn.ensemble._gb", string loss = "log_loss")
    {
        pickle.Object(module, "GradientBoostingClassifier").Text("classes_").Array("b1", 2, 0, 1).Text("loss").Text(loss).Text("learning_rate").Op('G').Op(new byte[8]).Text("init_");
        (init ?? (builder => builder.Text("zero")))(pickle);
        pickle.Text("estimators_");
        pickle.Class("numpy.core.multiarray", "_reconstruct").Op(')').Op('R').Op('(').Integer(1).Integer(1).Integer(1).Op(0x86)
            .Class("numpy", "dtype").Text("O8").Op(0x89, 0x88, 0x87).Op('R').Op(0x89).Op(']');
        tree(pickle);
        pickle.Op('a').Op('t').Op('b').EndState();
    }

    /// <summary>Writes a tree of one leaf of the value 0.</summary>
    public static void Tree(PickleBuilder pickle)
    {
        pickle.Object("sklearn.tree._classes", "DecisionTreeRegressor").Text("tree_").Object("sklearn.tree._tree", "Tree").Text("nodes");
        string[] names = ["left_child", "right_child", "feature", "threshold", "weighted_n_node_samples"];
        pickle.Class("numpy.core.multiarray", "_reconstruct").Op(')').Op('R').Op('(').Integer(1).Integer(1).Op(0x85).Class("numpy", "dtype").Text("V40").Op(0x89, 0x88, 0x87).Op('R')
            .Op('(').Integer(3).Text("|").Op('N').Op('(');
        foreach (var name in names) pickle.Text(name);
        pickle.Op('t').Op('}').Op('(');
        for (var index = 0; index < names.Length; index++) pickle.Text(names[index]).Class("numpy", "dtype").Text(index < 3 ? "i8" : "f8").Op(0x89, 0x88, 0x87).Op('R').Integer(8 * index).Op(0x86);
        pickle.Op('u').Integer(40).Integer(1).Integer(16).Op('t').Op('b').Op(0x89);
        pickle.Bytes([.. BitConverter.GetBytes(-1L), .. BitConverter.GetBytes(-1L), .. new byte[16], .. BitConverter.GetBytes(1d)]).Op('t').Op('b');
        pickle.Text("values").Class("numpy.core.multiarray", "_reconstruct").Op(')').Op('R').Op('(').Integer(1).Integer(1).Integer(1).Integer(1).Op(0x87)
            .Class("numpy", "dtype").Text("f8").Op(0x89, 0x88, 0x87).Op('R').Op(0x89).Bytes(new byte[8]).Op('t').Op('b').EndState().EndState();
    }
}
