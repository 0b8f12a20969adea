using System.Text.Json.Nodes;
using Purser.Agent.Policy;
using Purser.Protocol.Usage;

namespace Purser.Agent.Restconf;

/// <param name="Act">Gives the leaves of the output.</param>
public sealed record ModelOperation(string Name, IReadOnlyList<InputLeaf> Input, Func<LicensingAgent, OperationInput, DeviceFolder, CancellationToken, Task<JsonObject>> Act);

/// <summary>The operations of the model, each the command of the device's console that does the same (device reference 6).</summary>
public static class ModelOperations
{
    public const string Register = "register-id-token";

    private const string Disabled = "commdisabled";
    private const int LongestPath = 127;
    private const int DefaultDays = 90;

    private static readonly InputLeaf FilePath = new("file-path", LeafKind.Text, IsRequired: true, LongestPath);
    private static readonly InputLeaf Local = new("local", LeafKind.Boolean);

    public static IReadOnlyList<ModelOperation> All { get; } =
    [
        new(Register, [new("id-token", LeafKind.Text), new("force", LeafKind.Boolean)], RegisterAsync),
        new("de-register", [], static (agent, _, _, cancel) => AnswerAsync(agent.DeregisterAsync(cancel))),
        new("renew-id", [], static (agent, _, _, cancel) => RegisteredAsync(agent, () => agent.RenewIdentityAsync(cancel))),
        new("renew-auth", [], static (agent, _, _, cancel) => RegisteredAsync(agent, () => agent.RenewAuthorizationAsync(cancel))),
        new("rum-save-usage-all", [FilePath], static (agent, input, folder, cancel) => SaveAsync(agent, ReportChoice.All, input, folder, cancel)),
        new("rum-save-usage-unreported", [FilePath], static (agent, input, folder, cancel) => SaveAsync(agent, ReportChoice.Unreported, input, folder, cancel)),
        new("rum-save-usage-days", [FilePath, new("days", LeafKind.Number)], static (agent, input, folder, cancel) => SaveAsync(agent, Days(input), input, folder, cancel)),
        new("trust-request-save", [FilePath], AskForTrustAsync),
        new("import-file", [FilePath], ImportAsync),

        new("id-token-trust", [new("id-token", LeafKind.Text, IsRequired: true), new("all-ha", LeafKind.Boolean), new("force", LeafKind.Boolean)], TrustAsync),

        new("authorization-request-online", [new("feature-name", LeafKind.Text, IsRequired: true), Local, new("add", LeafKind.Boolean)], AskAsync),
        new("authorization-code-return-online", [Local], ReturnOnlineAsync),
        new("authorization-code-return-offline", [Local, FilePath], ReturnAsync),
    ];

    /// <summary>What is answered to who does not wait for a registration.</summary>
    public static JsonObject StillRegistering() => Output(ReturnCode.InProgress);

    private static async Task<JsonObject> RegisterAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        if (input.Text("id-token") is not { } token)
        {
            return Output("nullccoidtoken");
        }

        // The model's word for success: the result comes as a notification, and stands in the state.
        var outcome = await agent.RegisterAsync(token, input.Flag("force"), cancel);
        return Output(outcome.Kind == AgentOutcomeKind.Refused ? ReturnCode.Of(outcome) : ReturnCode.InProgress);
    }

    private static async Task<JsonObject> TrustAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (!agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        return Pushed(await agent.Policy.Push.TrustAsync(input.Text("id-token")!, input.Flag("all-ha"), input.Flag("force"), cancel));
    }

    private static async Task<JsonObject> AskAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (!agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        // What nobody hears is not asked: it would wait and go later, unseen.
        if (!agent.Policy.Push.IsOn || !agent.Policy.Push.MayAsk)
        {
            return Output(Disabled);
        }

        // The model has no count; adding is its default.
        var asked = agent.Policy.Codes.Ask(input.Text("feature-name")!, null, replaces: !input.Flag("add", otherwise: true));
        return asked.IsDone ? Pushed(await agent.Policy.Push.AuthorizeAsync(cancel)) : Output(ReturnCode.Of(asked));
    }

    private static async Task<JsonObject> ReturnOnlineAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (!agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        // Nothing is given up that could not be told.
        if (!agent.Policy.Push.IsOn || !agent.Policy.Push.MayAsk)
        {
            return Output(Disabled);
        }

        var returned = agent.Policy.Codes.Return();
        return returned.IsOk ? Pushed(await agent.Policy.Push.AuthorizeAsync(cancel)) : Output(ReturnCode.Refused(returned.Code));
    }

    /// <summary>The model's word for success, as above.</summary>
    private static JsonObject Pushed(AgentOutcome outcome) =>
        Output(outcome is { Kind: AgentOutcomeKind.Refused, Code: null } ? Disabled : outcome.Kind == AgentOutcomeKind.Refused ? ReturnCode.Of(outcome) : ReturnCode.InProgress);

    private static async Task<JsonObject> AnswerAsync(Task<AgentOutcome> act) => Output(ReturnCode.Of(await act));

    private static Task<JsonObject> RegisteredAsync(LicensingAgent agent, Func<Task<AgentOutcome>> act) => agent.Policy.IsInUse
        ? Task.FromResult(Output(ReturnCode.NotSupported))
        : agent.State.Registration.Detached is not null ? Task.FromResult(Output(Disabled)) : AnswerAsync(act());

    private static ReportChoice Days(OperationInput input) => ReportChoice.Days((int)Math.Min(input.Number("days") ?? DefaultDays, (uint)CategoryPolicy.MaximumDays));

    private static Task<JsonObject> SaveAsync(LicensingAgent agent, ReportChoice choice, OperationInput input, DeviceFolder folder, CancellationToken cancel) =>
        WriteAsync(agent, input, folder, async place =>
        {
            var saved = await agent.Policy.SaveAsync(choice, text => folder.WriteAsync(place, text, cancel));
            return saved.IsOk ? ReturnCode.Success : ReturnCode.NotFound;
        });

    private static Task<JsonObject> AskForTrustAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel) =>
        WriteAsync(agent, input, folder, async place =>
        {
            await agent.Policy.Trust.SaveRequestAsync(text => folder.WriteAsync(place, text, cancel));
            return ReturnCode.Success;
        });

    private static async Task<JsonObject> WriteAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, Func<string, Task<string>> write)
    {
        if (!agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        if (folder.Place(input.Text(FilePath.Name)!) is not { } place)
        {
            return Output(ReturnCode.BadInput);
        }

        try
        {
            return Output(await write(place));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Output("storagefailtostore");
        }
    }

    private static async Task<JsonObject> ImportAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (folder.Place(input.Text(FilePath.Name)!) is not { } place)
        {
            return Output(ReturnCode.BadInput);
        }

        try
        {
            return await DeviceFolder.ReadAsync(place, ImportFile.MaximumBytes, cancel) is { } text ? Import(agent, text) : Output(ReturnCode.NotFound);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Output("storagefailtoretrieve");
        }
    }

    private static async Task<JsonObject> ReturnAsync(LicensingAgent agent, OperationInput input, DeviceFolder folder, CancellationToken cancel)
    {
        if (!agent.Policy.IsInUse)
        {
            return Output(ReturnCode.NotSupported);
        }

        if (folder.Place(input.Text(FilePath.Name)!) is not { } place)
        {
            return Output(ReturnCode.BadInput);
        }

        var returned = agent.Policy.Codes.Return();
        if (!returned.IsOk)
        {
            return Output(ReturnCode.Refused(returned.Code));
        }

        try
        {
            await agent.Policy.Codes.SaveRequestAsync(text => folder.WriteAsync(place, text, cancel));
            return ModelNode.Of(("return-code", ReturnCode.Success), ("authorization-return-string", returned.Value));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The code is given up already.
            return ModelNode.Of(("return-code", "storagefailtostore"), ("authorization-return-string", returned.Value));
        }
    }

    private static JsonObject Import(LicensingAgent agent, string text)
    {
        if (agent.Policy.IsInUse)
        {
            var imported = agent.Policy.Import(text);
            return !imported.IsOk ? Output(ReturnCode.Refused(imported.Code))
                : imported.Value.Any(static note => note is { Type: ImportJudge.AuthorizationType, Failure: null }) && agent.State.Policy!.Codes.Installed is { } code
                ? ModelNode.Of(("return-code", ReturnCode.Success), ("confirmation-codes", $"{code.Code.Udi.Key}: {code.Confirmation}"))
                : Output(ReturnCode.Success);
        }

        var installed = agent.Reservation.Install(text);
        return installed.IsOk
            ? ModelNode.Of(("return-code", ReturnCode.Success), ("confirmation-codes", $"{installed.Value.Udi.Key}: {installed.Value.Code}"))
            : Output(ReturnCode.Refused(installed.Code));
    }

    private static JsonObject Output(string code) => ModelNode.Of(("return-code", code));
}
