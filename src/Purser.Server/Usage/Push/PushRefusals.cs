using Purser.Protocol;
using Purser.Protocol.Push;
using Purser.Server.Commands;

namespace Purser.Server.Usage.Push;

/// <summary>Says to a product instance why a use case refused what it pushed.</summary>
internal static class PushRefusals
{
    public static PushReply Of(Refusal refusal, DateTimeOffset now) => PushReply.Failed(CodeOf(refusal.Code), refusal.Detail, now);

    private static string CodeOf(RefusalCode code) => code switch
    {
        RefusalCode.StoreUnavailable => WireCode.Busy,
        RefusalCode.TokenInvalid => WireCode.TokenInvalid,
        RefusalCode.TokenExpired => WireCode.TokenExpired,
        RefusalCode.TokenRevoked => WireCode.TokenRevoked,
        RefusalCode.TokenUsedUp => WireCode.TokenUsedUp,
        RefusalCode.AgreementPending => WireCode.AgreementPending,
        RefusalCode.UnknownProduct => WireCode.UnknownProduct,
        RefusalCode.InvalidInput => WireCode.Malformed,
        _ => WireCode.NotAllowed,
    };
}
