using InferenceServices.Contracts.Errors;
using InferenceServices.Contracts.Tensors;
using InferenceServices.Contracts.V2;

namespace InferenceServices.Inference.Execution;

/// <summary>Validates requests against a model's signature.</summary>
/// <remarks>Messages are those of Triton, which clients compare in tests.</remarks>
internal static class SignatureCheck
{
    /// <summary>Checks the inputs and requested outputs of a request.</summary>
    /// <param name="model">The model's signature.</param>
    /// <param name="request">The request.</param>
    /// <returns>Whether an input has no elements: see <see cref="EmptyTensors"/>.</returns>
    /// <exception cref="InvalidInputException">A tensor does not match: 400. The message names the tensor, the expected and the actual value.</exception>
    public static bool Check(ModelMetadata model, InferRequest request)
    {
        var hasEmpty = false;
        for (var i = 0; i < request.Inputs.Count; i++)
        {
            CheckInput(model, request, i);
            hasEmpty |= request.Inputs[i].Tensor.Bytes.IsEmpty;
        }
        if (request.Inputs.Count != model.Inputs.Count) CheckMissing(model, request);
        if (request.Outputs is { } outputs)
            for (var i = 0; i < outputs.Count; i++) CheckOutput(model, outputs, i);
        return hasEmpty;
    }

    private static void CheckInput(ModelMetadata model, InferRequest request, int index)
    {
        var input = request.Inputs[index];
        var declared = Find(model.Inputs, input.Name)
            ?? throw new InvalidInputException($"unexpected inference input '{input.Name}' for model '{model.Name}'. Expected {NamesOf(model.Inputs)}");
        for (var other = 0; other < index; other++)
            if (request.Inputs[other].Name == input.Name) throw new InvalidInputException($"input '{input.Name}' already exists in request");
        if (input.Tensor.Datatype != declared.Datatype)
        {
            throw new InvalidInputException(
                $"inference input '{input.Name}' data-type is '{input.Tensor.Datatype.ToWire()}', but model '{model.Name}' expects '{declared.Datatype.ToWire()}'");
        }
        // Rank 0 means a scalar or an unknown shape. The runtime does not distinguish the two and accepts any shape.
        if (declared.Shape.Rank > 0 && !declared.Shape.Accepts(input.Tensor.Shape))
        {
            throw new InvalidInputException(
                $"unexpected shape for input '{input.Name}' for model '{model.Name}'. Expected {declared.Shape}, got {input.Tensor.Shape}");
        }
    }

    private static void CheckOutput(ModelMetadata model, IReadOnlyList<RequestedOutput> outputs, int index)
    {
        var name = outputs[index].Name;
        if (Find(model.Outputs, name) is null)
            throw new InvalidInputException($"unexpected inference output '{name}' for model '{model.Name}'. Expected {NamesOf(model.Outputs)}");
        for (var other = 0; other < index; other++)
            if (outputs[other].Name == name) throw new InvalidInputException($"output '{name}' already exists in request");
    }

    private static void CheckMissing(ModelMetadata model, InferRequest request)
    {
        var required = model.RequiredInputs;
        var got = request.Inputs.Select(input => input.Name).ToArray();
        string[] missing = [.. required.Select(input => input.Name).Except(got)];
        if (missing.Length == 0) return;
        throw new InvalidInputException(
            $"expected {required.Count} inputs but got {got.Length} inputs for model '{model.Name}'. "
            + $"Got input(s) ['{string.Join("','", got)}'], but missing required input(s) ['{string.Join("','", missing)}'].");
    }

    private static string NamesOf(IReadOnlyList<TensorMetadata> tensors) => $"'{string.Join("', '", tensors.Select(tensor => tensor.Name))}'";

    private static TensorMetadata? Find(IReadOnlyList<TensorMetadata> declared, string name)
    {
        for (var i = 0; i < declared.Count; i++)
            if (declared[i].Name == name) return declared[i];
        return null;
    }
}
